<?php
/**
 * What an owner can place in a page: the link that reopens the dialog, and the declaration. Each as a shortcode and as a
 * block, which are rendered on the server alike.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/**
 * The button that opens the dialog.
 *
 * @param mixed $attributes `label`: the words on it.
 */
function reopen_html( $attributes ): string {
	if ( ! Settings::current()->is_ready() ) {
		return '';
	}
	$label = is_array( $attributes ) ? ( $attributes['label'] ?? '' ) : '';
	$label = is_string( $label ) && '' !== trim( $label ) ? $label : __( 'Cookie settings', 'temoin' );
	return '<button type="button" class="temoin-open wp-element-button" data-temoin="open">' . esc_html( $label ) . '</button>';
}

/** Registers both. */
function register_blocks() {
	add_shortcode( 'temoin_reopen', __NAMESPACE__ . '\reopen_html' );
	add_shortcode( 'temoin_declaration', __NAMESPACE__ . '\declaration_html' );
	wp_register_script(
		'temoin-blocks',
		plugins_url( 'assets/blocks.js', FILE ),
		array( 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element', 'wp-server-side-render' ),
		VERSION,
		true
	);
	$words = array(
		'reopen'      => __( 'Cookie settings', 'temoin' ),
		'reopenHelp'  => __( 'A button that opens the consent dialog again.', 'temoin' ),
		'label'       => __( 'Words on the button', 'temoin' ),
		'declaration' => __( 'Cookie declaration', 'temoin' ),
		'declHelp'    => __( 'What the site uses, by purpose and service, as published on the consent server.', 'temoin' ),
	);
	wp_add_inline_script( 'temoin-blocks', 'window.temoinWords = ' . wp_json_encode( $words ) . ';', 'before' );
	register_block_type(
		'temoin/reopen',
		array(
			'api_version'     => 3,
			'editor_script'   => 'temoin-blocks',
			'render_callback' => __NAMESPACE__ . '\reopen_html',
			'attributes'      => array(
				'label' => array(
					'type'    => 'string',
					'default' => '',
				),
			),
		)
	);
	register_block_type(
		'temoin/declaration',
		array(
			'api_version'     => 3,
			'editor_script'   => 'temoin-blocks',
			'render_callback' => __NAMESPACE__ . '\declaration_html',
		)
	);
}
add_action( 'init', __NAMESPACE__ . '\register_blocks' );
