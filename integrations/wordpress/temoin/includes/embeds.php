<?php
/**
 * Makes embedded videos and maps wait: the address of a frame becomes `data-src`, and the loader puts a placeholder before it
 * until the visitor allows it. What is stored in posts is never changed.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/**
 * Frames that everyone knows, for sites that do not name them among their services: a host, and what its path begins with.
 * Subdomains are included.
 */
const KNOWN_FRAMES = array(
	array( 'youtube.com', '/' ),
	array( 'youtube-nocookie.com', '/' ),
	array( 'youtu.be', '/' ),
	array( 'vimeo.com', '/' ),
	array( 'maps.google.com', '/' ),
	array( 'google.com', '/maps' ),
	array( 'google.ca', '/maps' ),
	array( 'google.fr', '/maps' ),
);

/**
 * Makes every frame in a piece of HTML wait that the visitor must allow.
 *
 * @param mixed $html A piece of a page.
 * @return mixed
 */
function hold_frames( $html ) {
	if ( ! is_string( $html ) || false === stripos( $html, '<iframe' ) || ! is_page() ) {
		return $html;
	}
	$settings = Settings::current();
	if ( ! $settings->embeds || ! $settings->is_ready() ) {
		return $html;
	}
	// From the last to the first, so that the places of the others stay right.
	foreach ( array_reverse( Html::tags( $html, 'iframe' ) ) as $frame ) {
		$condition = condition_of( $frame, $settings );
		if ( null !== $condition ) {
			$html = substr_replace( $html, held( $html, $frame, $condition ), $frame->start, $frame->end - $frame->start );
		}
	}
	return $html;
}

/** What a frame waits for, as the attribute to add; null where it need not wait, or where its author has said so already. */
function condition_of( Tag $frame, Settings $settings ): ?string {
	foreach ( array( 'data-category', 'data-service', 'data-cookieconsent' ) as $mark ) {
		if ( null !== $frame->get( $mark ) ) {
			return null;
		}
	}
	$address = address( $frame->get( 'src' ) ?? $frame->get( 'data-src' ) ?? '' );
	if ( ! $address ) {
		return null;
	}
	list( $host, $path ) = $address;
	$declaration         = Declaration::of( $settings );
	$service             = $declaration ? $declaration->service_at( $host ) : null;
	if ( $service ) {
		return 'necessary' === $service['purpose'] ? null : ' data-service="' . esc_attr( $service['id'] ) . '"';
	}
	foreach ( KNOWN_FRAMES as list( $known, $beginning ) ) {
		if ( is_below( $host, $known ) && 0 === strpos( $path, $beginning ) ) {
			// What no service of the site explains waits for marketing: nobody guesses.
			return ' data-category="marketing"';
		}
	}
	return null;
}

/**
 * The host and the path of an address as a browser reads it (URL Standard, "basic URL parser"): without tabs and line ends,
 * and with each backslash as a slash. Null for one on this site.
 *
 * @param string $text The value of `src`.
 * @return array{string, string}|null
 */
function address( string $text ): ?array {
	$text = str_replace( array( "\t", "\n", "\r", '\\' ), array( '', '', '', '/' ), trim( $text, "\0..\x20" ) );
	if ( ! preg_match( '~^(?:https?:)?/{2,}(?:[^/?#]*@)?([^/?#:]+)(?::\d*)?([^?#]*)~i', $text, $part ) ) {
		return null;
	}
	return array( rtrim( strtolower( $part[1] ), '.' ), '' === $part[2] ? '/' : $part[2] );
}

/** Whether a host is another one, or below it. */
function is_below( string $host, string $above ): bool {
	return $host === $above || substr( $host, -strlen( $above ) - 1 ) === '.' . $above;
}

/** The frame's tag as it waits: nothing of it is lost. */
function held( string $html, Tag $frame, string $condition ): string {
	$text      = '<iframe' . $condition;
	$has_other = null !== $frame->get( 'src' );
	$is_first  = true;
	foreach ( $frame->attributes as $attribute ) {
		$whole = substr( $html, $attribute['start'], $attribute['end'] - $attribute['start'] );
		if ( 'src' === $attribute['name'] ) {
			// Of several, a browser takes the first: the others must not take its place.
			$text    .= $is_first ? ' data-' . $whole : '';
			$is_first = false;
		} elseif ( 'data-src' !== $attribute['name'] || ! $has_other ) {
			$text .= ' ' . $whole;
		}
	}
	return $text . '>';
}

/**
 * The same for a block outside of a post: in a post, the_content comes last, and WordPress has by then made frames lazy.
 *
 * @param mixed $html The block.
 * @return mixed
 */
function hold_frames_of_block( $html ) {
	return doing_filter( 'the_content' ) ? $html : hold_frames( $html );
}

add_filter( 'the_content', __NAMESPACE__ . '\hold_frames', PHP_INT_MAX );
add_filter( 'the_excerpt', __NAMESPACE__ . '\hold_frames', PHP_INT_MAX );
add_filter( 'widget_text', __NAMESPACE__ . '\hold_frames', PHP_INT_MAX );
add_filter( 'widget_custom_html_content', __NAMESPACE__ . '\hold_frames', PHP_INT_MAX );
add_filter( 'render_block', __NAMESPACE__ . '\hold_frames_of_block', PHP_INT_MAX );

/**
 * WordPress puts the frame of a responsive embed over a box whose height follows its width. A placeholder on a telephone needs
 * more height than that, so while the frame waits, it stands in the flow, and its height is the least that the placeholder has.
 */
const WAITING_STYLE = '.wp-has-aspect-ratio .wp-block-embed__wrapper:has(iframe:is([data-category],[data-service]):not([src]))::before{display:none!important}'
	. '.wp-has-aspect-ratio .wp-block-embed__wrapper iframe:is([data-category],[data-service]):not([src]){position:static!important;inset:auto!important;width:100%!important;height:min(22rem,56.25vw)!important;aspect-ratio:auto!important}';

/** Adds it to pages where frames may wait. */
function add_style() {
	$settings = Settings::current();
	if ( $settings->embeds && $settings->is_ready() ) {
		wp_register_style( 'temoin-embeds', false, array(), VERSION );
		wp_add_inline_style( 'temoin-embeds', WAITING_STYLE );
		wp_enqueue_style( 'temoin-embeds' );
	}
}
add_action( 'wp_enqueue_scripts', __NAMESPACE__ . '\add_style' );
