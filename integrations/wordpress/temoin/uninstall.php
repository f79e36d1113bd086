<?php
/**
 * Leaves nothing: removes the option and what was kept of the server's answers, on every site of a network.
 *
 * @package Temoin
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/** Removes what the current site has. */
function temoin_uninstall_site() {
	global $wpdb;
	delete_option( 'temoin_settings' );
	$names = $wpdb->get_col( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- there is no function that lists transients.
		$wpdb->prepare(
			"SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s",
			$wpdb->esc_like( '_transient_temoin_declaration_' ) . '%'
		)
	);
	foreach ( $names as $name ) {
		delete_transient( substr( $name, strlen( '_transient_' ) ) );
	}
}

if ( is_multisite() ) {
	foreach ( get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	) as $temoin_site ) {
		switch_to_blog( $temoin_site );
		temoin_uninstall_site();
		restore_current_blog();
	}
} else {
	temoin_uninstall_site();
}
