<?php
/**
 * Keeps the tag out of what joins, delays or defers scripts. Each filter acts only where its plugin is installed. Names and
 * forms are those of the plugins' documentation and sources: docs/wordpress.md says which.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** Filters whose value is a list of parts of addresses. */
const LISTS_OF_ADDRESSES = array(
	// WP Rocket.
	'rocket_delay_js_exclusions',
	'rocket_exclude_defer_js',
	'rocket_exclude_js',
	// LiteSpeed Cache.
	'litespeed_optimize_js_excludes',
	'litespeed_optm_js_defer_exc',
	'litespeed_optm_gm_js_exc',
);

/** Filters whose value is a list of hosts, or of parts of addresses at other hosts. */
const LISTS_OF_HOSTS = array(
	// WP Rocket.
	'rocket_minify_excluded_external_js',
	// SiteGround Speed Optimizer.
	'sgo_javascript_combine_excluded_external_paths',
);

/**
 * Adds the tag's address to a list.
 *
 * @param mixed $list The list so far.
 * @return mixed
 */
function with_address( $list ) {
	return with_item( $list, Settings::current()->script_url() );
}

/**
 * Adds the server's host to a list.
 *
 * @param mixed $list The list so far.
 * @return mixed
 */
function with_host( $list ) {
	return with_item( $list, (string) wp_parse_url( Settings::current()->server, PHP_URL_HOST ) );
}

/**
 * Adds an item to a list, whichever of both forms it has.
 *
 * @param mixed  $list An array, or a text with commas.
 * @param string $item What to add.
 * @return mixed
 */
function with_item( $list, string $item ) {
	if ( ! Settings::current()->is_ready() ) {
		return $list;
	}
	if ( is_string( $list ) ) {
		return '' === trim( $list ) ? $item : $list . ',' . $item;
	}
	return array_merge( is_array( $list ) ? $list : array(), array( $item ) );
}

foreach ( LISTS_OF_ADDRESSES as $name ) {
	add_filter( $name, __NAMESPACE__ . '\with_address' );
}
foreach ( LISTS_OF_HOSTS as $name ) {
	add_filter( $name, __NAMESPACE__ . '\with_host' );
}
// Autoptimize: a text with commas.
add_filter( 'autoptimize_filter_js_exclude', __NAMESPACE__ . '\with_address' );
