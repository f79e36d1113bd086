<?php
/**
 * Looks at the running site as a visitor's browser would, and says what is right and what to do.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** How long each question may take, in seconds. */
const CHECK_TIMEOUT = 8;

/**
 * What was found, in the order in which it matters; what depends on something that failed is not asked.
 *
 * @param Settings $settings Settings without errors.
 * @return array<int, array{ok: bool, text: string}>
 */
function check( Settings $settings ): array {
	$found = array( check_server( $settings ) );
	if ( $found[0]['ok'] ) {
		$found[] = check_site( $settings );
		if ( $found[1]['ok'] ) {
			$found[] = check_origin( $settings );
		}
	}
	$found[] = check_home( $settings );
	return $found;
}

/**
 * One line of the result.
 *
 * @param bool   $ok   Whether it is as it should be.
 * @param string $text What was found, and what to do.
 * @return array{ok: bool, text: string}
 */
function finding( bool $ok, string $text ): array {
	return array(
		'ok'   => $ok,
		'text' => $text,
	);
}

/** Whether the server answers. */
function check_server( Settings $settings ): array {
	$answer = ask( 'GET', $settings->server . '/v1/health' );
	if ( is_wp_error( $answer ) ) {
		/* translators: 1: an address, 2: an error message */
		return finding( false, sprintf( __( 'The server %1$s does not answer this WordPress: %2$s. Check the address, and whether your host lets PHP reach it.', 'temoin' ), $settings->server, $answer->get_error_message() ) );
	}
	$health = json_decode( wp_remote_retrieve_body( $answer ), true );
	if ( ! is_array( $health ) || 'ok' !== ( $health['status'] ?? null ) ) {
		/* translators: %s: an address */
		return finding( false, sprintf( __( 'What answers at %s is no Témoin server. Check the address.', 'temoin' ), $settings->server ) );
	}
	return finding( true, __( 'The consent server answers.', 'temoin' ) );
}

/** Whether the server knows the site. */
function check_site( Settings $settings ): array {
	$code = (int) wp_remote_retrieve_response_code( ask( 'GET', $settings->script_url() ) );
	if ( 200 !== $code ) {
		/* translators: 1: the id of a site, 2: an HTTP status */
		return finding( false, sprintf( __( 'The server has published no site named %1$s (answer %2$d). Check the id, or publish the site first.', 'temoin' ), $settings->site, $code ) );
	}
	/* translators: %s: the id of a site */
	return finding( true, sprintf( __( 'The site %s is published there.', 'temoin' ), $settings->site ) );
}

/** Whether the server takes choices from the pages of this WordPress. */
function check_origin( Settings $settings ): array {
	$origin = origin();
	$answer = ask( 'OPTIONS', $settings->server . '/v1/sites/' . $settings->site . '/receipts', array( 'Origin' => $origin ) );
	if ( 204 !== (int) wp_remote_retrieve_response_code( $answer ) ) {
		/* translators: %s: an origin, as in https://example.org */
		return finding( false, sprintf( __( 'The server takes no choices from %s. Add it to origins in the site’s configuration, and publish.', 'temoin' ), $origin ) );
	}
	/* translators: %s: an origin, as in https://example.org */
	return finding( true, sprintf( __( 'The server takes choices from %s.', 'temoin' ), $origin ) );
}

/** Whether the tag is the first script of the home page, as it is really served. */
function check_home( Settings $settings ): array {
	$answer = ask( 'GET', home_url( '/' ) );
	if ( 200 !== (int) wp_remote_retrieve_response_code( $answer ) ) {
		return finding( false, __( 'The home page could not be fetched from here. Open it in a private window, look at its source, and see whether the tag is its first script.', 'temoin' ) );
	}
	$ours    = null;
	$scripts = Html::tags( (string) wp_remote_retrieve_body( $answer ), 'script' );
	foreach ( $scripts as $nth => $script ) {
		if ( $script->get( 'src' ) === $settings->script_url() ) {
			$ours = $nth;
			break;
		}
	}
	if ( null === $ours ) {
		return finding( false, __( 'The home page has no tag. Empty the cache of your cache plugin; if that does not help, the theme does not call wp_head().', 'temoin' ) );
	}
	if ( 0 !== $ours ) {
		/* translators: %s: the address of a script */
		return finding( false, sprintf( __( 'Another script stands before the tag on the home page: %s. What runs before the tag cannot be held back. The theme prints it before wp_head(), or a plugin moves scripts.', 'temoin' ), $scripts[0]->get( 'src' ) ?? __( 'one without an address', 'temoin' ) ) );
	}
	foreach ( array( 'async', 'defer' ) as $late ) {
		if ( null !== $scripts[0]->get( $late ) ) {
			/* translators: %s: an attribute, async or defer */
			return finding( false, sprintf( __( 'Something has added %s to the tag, so that it runs too late. Exclude the tag in the settings of the plugin that optimises scripts.', 'temoin' ), $late ) );
		}
	}
	return finding( true, __( 'The tag is the first script of the home page.', 'temoin' ) );
}

/** The origin of this WordPress: scheme, host and port. */
function origin(): string {
	$parts = wp_parse_url( home_url() );
	$port  = isset( $parts['port'] ) ? ':' . $parts['port'] : '';
	return strtolower( ( $parts['scheme'] ?? 'https' ) . '://' . ( $parts['host'] ?? '' ) ) . $port;
}

/**
 * Asks something over HTTP.
 *
 * @param string                $method  The method.
 * @param string                $url     The address.
 * @param array<string, string> $headers The headers.
 * @return array|\WP_Error
 */
function ask( string $method, string $url, array $headers = array() ) {
	return wp_remote_request(
		$url,
		array(
			'method'              => $method,
			'timeout'             => CHECK_TIMEOUT,
			'redirection'         => 2,
			// In a network, whoever owns one site must not look at addresses behind the server's firewall.
			'reject_unsafe_urls'  => is_multisite(),
			'limit_response_size' => 4194304,
			'headers'             => $headers + array( 'Cache-Control' => 'no-cache' ),
		)
	);
}
