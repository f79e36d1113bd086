<?php
/**
 * Tells plugins that ask through the WP Consent API what the visitor has granted. In the page the loader does it, if
 * `signals.wp_consent_api` is on in the site's configuration.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** The purpose that each category of the API belongs to. Whether statistics are anonymous, we cannot know. */
const CATEGORIES = array(
	'functional'           => 'necessary',
	'preferences'          => 'preferences',
	'statistics'           => 'statistics',
	'statistics-anonymous' => 'statistics',
	'marketing'            => 'marketing',
);

/**
 * How consent works where PHP asks: nothing before a yes. The loader tells the page which of both holds for the visitor.
 *
 * @param mixed $type What another plugin has said.
 * @return mixed
 */
function consent_type( $type ) {
	return Settings::current()->is_ready() ? 'optin' : $type;
}
add_filter( 'wp_get_consent_type', __NAMESPACE__ . '\consent_type', 20 );

/**
 * Answers by our own cookie, whose age and question are checked; the API's own cookies have neither.
 *
 * @param mixed $has      What the API has found in its cookies.
 * @param mixed $category The category; false where the API does not know it.
 * @return mixed
 */
function has_consent( $has, $category ) {
	if ( ! Settings::current()->is_ready() ) {
		return $has;
	}
	$purpose = is_string( $category ) ? ( CATEGORIES[ $category ] ?? null ) : null;
	return null !== $purpose && allows( $purpose );
}
add_filter( 'wp_has_consent', __NAMESPACE__ . '\has_consent', 20, 2 );

add_filter( 'wp_consent_api_registered_' . plugin_basename( FILE ), '__return_true' );
