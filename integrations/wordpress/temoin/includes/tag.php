<?php
/**
 * The tag, first in the head.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/**
 * The attributes of the tag. The script must be synchronous; these ask what reorders scripts to leave this one alone:
 * Cloudflare Rocket Loader (data-cfasync), LiteSpeed Cache (data-no-optimize, data-no-defer), WP Rocket (nowprocket,
 * data-no-minify), Autoptimize (data-noptimize), Jetpack Boost (data-jetpack-boost), PageSpeed (data-pagespeed-no-defer).
 *
 * @param Settings $settings The settings.
 * @return array<string, string>
 */
function tag_attributes( Settings $settings ): array {
	$attributes = array(
		'src'                     => $settings->script_url(),
		'data-cfasync'            => 'false',
		'data-no-optimize'        => '1',
		'data-no-defer'           => '1',
		'data-no-minify'          => '1',
		'data-noptimize'          => '1',
		'data-jetpack-boost'      => 'ignore',
		'data-pagespeed-no-defer' => '1',
		'nowprocket'              => '1',
	);
	/**
	 * Lets a site add a nonce of its Content-Security-Policy, or other attributes.
	 *
	 * @param array<string, string> $attributes By name.
	 */
	$filtered = apply_filters( 'temoin_tag_attributes', $attributes );
	return is_array( $filtered ) ? $filtered : $attributes;
}

/** The tag as HTML. */
function tag( Settings $settings ): string {
	$html = '<script';
	foreach ( tag_attributes( $settings ) as $name => $value ) {
		if ( preg_match( '/^[a-z][a-z0-9-]*$/D', (string) $name ) ) {
			$html .= ' ' . $name . '="' . ( 'src' === $name ? esc_url( $value ) : esc_attr( $value ) ) . '"';
		}
	}
	return $html . "></script>\n";
}

/** Prints the tag; nothing where a setting is missing or wrong. */
function print_tag() {
	$settings = Settings::current();
	if ( $settings->is_ready() ) {
		echo tag( $settings ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- tag() escapes each value.
	}
}
// Before whatever any plugin prints.
add_action( 'wp_head', __NAMESPACE__ . '\print_tag', PHP_INT_MIN );
