<?php
/**
 * The settings page, and the notice where something is missing.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

const PAGE       = 'temoin';
const CAPABILITY = 'manage_options';

/** Adds the page below "Settings". */
function add_page() {
	add_options_page( 'Témoin', 'Témoin', CAPABILITY, PAGE, __NAMESPACE__ . '\print_page' );
}
add_action( 'admin_menu', __NAMESPACE__ . '\add_page' );

/** Registers the option: WordPress checks the nonce and the capability before it saves. */
function register_option() {
	register_setting(
		PAGE,
		OPTION,
		array(
			'type'              => 'array',
			'show_in_rest'      => false,
			'sanitize_callback' => __NAMESPACE__ . '\sanitize',
		)
	);
}
add_action( 'admin_init', __NAMESPACE__ . '\register_option' );

/**
 * What is saved. A wrong value is saved as it was written, so that it can be corrected; nothing is printed as long as it is
 * wrong.
 *
 * @param mixed $sent What was sent.
 * @return array<string, string|bool>
 */
function sanitize( $sent ): array {
	$sent           = is_array( $sent ) ? $sent : array();
	$sent['embeds'] = ! empty( $sent['embeds'] );
	return ( new Settings( $sent ) )->to_array();
}

/** The address of the page. */
function page_url(): string {
	return admin_url( 'options-general.php?page=' . PAGE );
}

/**
 * A link to the page in the list of plugins.
 *
 * @param mixed $links The links so far.
 * @return mixed
 */
function add_link( $links ) {
	if ( is_array( $links ) && current_user_can( CAPABILITY ) ) {
		array_unshift( $links, '<a href="' . esc_url( page_url() ) . '">' . esc_html__( 'Settings', 'temoin' ) . '</a>' );
	}
	return $links;
}
add_filter( 'plugin_action_links_' . plugin_basename( FILE ), __NAMESPACE__ . '\add_link' );

/** Says on every page of the dashboard that nothing is printed, and why. */
function print_notice() {
	$screen = get_current_screen();
	$errors = Settings::current()->errors();
	if ( array() === $errors || ! current_user_can( CAPABILITY ) || ( $screen && 'settings_page_' . PAGE === $screen->id ) ) {
		return;
	}
	echo '<div class="notice notice-warning temoin-notice"><p><strong>' . esc_html__( 'Témoin prints no tag yet.', 'temoin' ) . '</strong> ';
	echo esc_html( implode( ' ', $errors ) ) . ' <a href="' . esc_url( page_url() ) . '">' . esc_html__( 'Settings', 'temoin' ) . '</a></p></div>';
}
add_action( 'admin_notices', __NAMESPACE__ . '\print_notice' );

/** The page. */
function print_page() {
	if ( ! current_user_can( CAPABILITY ) ) {
		return;
	}
	$settings = Settings::current();
	$errors   = $settings->errors();
	echo '<div class="wrap"><h1>Témoin</h1>';
	if ( array() !== $errors ) {
		echo '<div class="notice notice-error inline temoin-notice"><p><strong>' . esc_html__( 'Témoin prints no tag yet.', 'temoin' ) . '</strong></p></div>';
	}
	echo '<p>' . esc_html__( 'The tag of your consent server goes first into every page. Both values stand in the tag that the server gave you when you published the site.', 'temoin' ) . '</p>';
	echo '<form method="post" action="options.php">';
	settings_fields( PAGE );
	echo '<table class="form-table" role="presentation">';
	print_field( 'server', __( 'Consent server', 'temoin' ), $settings->server, 'https://consent.example.org', $errors );
	print_field( 'site', __( 'Site id', 'temoin' ), $settings->site, 'my-site', $errors );
	echo '<tr><th scope="row">' . esc_html__( 'Videos and maps', 'temoin' ) . '</th><td><label><input type="checkbox" name="' . esc_attr( OPTION ) . '[embeds]" value="1"' . checked( $settings->embeds, true, false ) . '> ';
	echo esc_html__( 'Embedded videos and maps wait for the visitor’s choice', 'temoin' ) . '</label><p class="description">' . esc_html__( 'YouTube, Vimeo, Google Maps, and every host of your site’s services. Your posts are not changed.', 'temoin' ) . '</p></td></tr>';
	echo '</table>';
	submit_button();
	echo '</form>';
	if ( array() === $errors ) {
		print_check( $settings );
	}
	echo '</div>';
}

/**
 * One field with its error.
 *
 * @param string                $name    The setting.
 * @param string                $label   Its name for people.
 * @param string                $value   Its value.
 * @param string                $example An example.
 * @param array<string, string> $errors  All errors, by field.
 */
function print_field( string $name, string $label, string $value, string $example, array $errors ) {
	$id    = 'temoin-' . $name;
	$error = $errors[ $name ] ?? '';
	echo '<tr><th scope="row"><label for="' . esc_attr( $id ) . '">' . esc_html( $label ) . '</label></th><td>';
	echo '<input type="text" class="regular-text code" id="' . esc_attr( $id ) . '" name="' . esc_attr( OPTION . '[' . $name . ']' ) . '" value="' . esc_attr( $value ) . '" placeholder="' . esc_attr( $example ) . '" spellcheck="false" autocapitalize="off"';
	echo '' === $error ? '>' : ' aria-invalid="true" aria-describedby="' . esc_attr( $id ) . '-error"><p class="temoin-error" id="' . esc_attr( $id ) . '-error" style="color:#b32d2e">' . esc_html( $error ) . '</p>';
	echo '</td></tr>';
}

/** What the check has found. */
function print_check( Settings $settings ) {
	echo '<h2>' . esc_html__( 'Does it work?', 'temoin' ) . '</h2><ul class="temoin-check">';
	foreach ( check( $settings ) as $found ) {
		$mark = $found['ok'] ? __( 'Right:', 'temoin' ) : __( 'To do:', 'temoin' );
		echo '<li class="' . ( $found['ok'] ? 'temoin-right' : 'temoin-to-do' ) . '"><span class="dashicons dashicons-' . ( $found['ok'] ? 'yes-alt" style="color:#007017"' : 'warning" style="color:#b32d2e"' ) . ' aria-hidden="true"></span> ';
		echo '<strong>' . esc_html( $mark ) . '</strong> ' . esc_html( $found['text'] ) . '</li>';
	}
	echo '</ul><p><a class="button" href="' . esc_url( page_url() ) . '">' . esc_html__( 'Check again', 'temoin' ) . '</a></p>';
	echo '<h2>' . esc_html__( 'What you can place in a page', 'temoin' ) . '</h2><ul>';
	echo '<li><code>[temoin_reopen]</code> ' . esc_html__( 'A button that opens the consent dialog again.', 'temoin' ) . '</li>';
	echo '<li><code>[temoin_declaration]</code> ' . esc_html__( 'What the site uses, by purpose and service, as published on the consent server.', 'temoin' ) . '</li></ul>';
}
