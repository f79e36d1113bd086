<?php
/**
 * The functions for themes and other plugins, outside the namespace.
 *
 * @package Temoin
 */

defined( 'ABSPATH' ) || exit;

/**
 * Whether the visitor of this request has granted a purpose. False where nothing is known: no answer yet, an answer to
 * another question, a server that does not answer. Do not call it for pages that a cache gives to several visitors.
 *
 * @param string $purpose One of 'necessary', 'preferences', 'statistics', 'marketing'.
 * @return bool
 */
function temoin_allows( $purpose ) {
	return is_string( $purpose ) && Temoin\allows( $purpose );
}

/**
 * Whether the visitor of this request has granted a service of the site.
 *
 * @param string $service The service's id in the site's configuration.
 * @return bool
 */
function temoin_allows_service( $service ) {
	return is_string( $service ) && Temoin\allows_service( $service );
}
