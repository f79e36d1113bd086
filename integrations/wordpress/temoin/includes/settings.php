<?php
/**
 * What the owner has set: where the consent server is, and which site of it this is. Not how it is asked for.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** The option, in each site of a network its own. */
const OPTION = 'temoin_settings';

/** The settings of a site. What is stored may be wrong: errors() says so, and then nothing is printed. */
final class Settings {
	/**
	 * The address of the consent server, without a slash at its end.
	 *
	 * @var string
	 */
	public $server;

	/**
	 * The id of the site there.
	 *
	 * @var string
	 */
	public $site;

	/**
	 * Whether embedded videos and maps wait for the visitor's choice.
	 *
	 * @var bool
	 */
	public $embeds;

	/**
	 * Settings from what is stored or was sent, in whatever form.
	 *
	 * @param mixed $values What is stored or was sent.
	 */
	public function __construct( $values ) {
		$values       = is_array( $values ) ? $values : array();
		$this->server = rtrim( self::text( $values['server'] ?? '' ), '/' );
		$this->site   = self::text( $values['site'] ?? '' );
		$this->embeds = (bool) ( $values['embeds'] ?? true );
	}

	/** Those of this site. */
	public static function current(): self {
		return new self( get_option( OPTION ) );
	}

	/** Whether everything is set, and right. */
	public function is_ready(): bool {
		return array() === $this->errors();
	}

	/**
	 * What is wrong and what to write instead, by field; all of it at once.
	 *
	 * @return array<string, string>
	 */
	public function errors(): array {
		return array_filter(
			array(
				'server' => $this->server_error(),
				'site'   => $this->site_error(),
			)
		);
	}

	/** The address of the tag's script. */
	public function script_url(): string {
		return $this->server . '/t/' . $this->site . '.js';
	}

	/** The address of the declaration as a page. */
	public function declaration_url(): string {
		return $this->server . '/d/' . $this->site;
	}

	/**
	 * What is stored.
	 *
	 * @return array<string, string|bool>
	 */
	public function to_array(): array {
		return array(
			'server' => $this->server,
			'site'   => $this->site,
			'embeds' => $this->embeds,
		);
	}

	/** What is wrong with the server's address, or an empty text. */
	private function server_error(): string {
		if ( '' === $this->server ) {
			return __( 'The address of the consent server is missing. Write it as in https://consent.example.org.', 'temoin' );
		}
		$parts = wp_parse_url( $this->server );
		if ( ! is_array( $parts ) || empty( $parts['host'] ) || ! in_array( $parts['scheme'] ?? '', array( 'https', 'http' ), true ) || preg_match( '~[\s"\'<>\\\\]~', $this->server ) ) {
			return __( 'This is no address. Write it with https:// and the name of the server, as in https://consent.example.org.', 'temoin' );
		}
		$is_here = in_array( $parts['host'], array( 'localhost', '127.0.0.1' ), true );
		if ( 'http' === $parts['scheme'] && ! $is_here ) {
			return __( 'The address must begin with https://. Browsers load no script over http:// in a secure page.', 'temoin' );
		}
		if ( isset( $parts['path'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) || isset( $parts['user'] ) ) {
			return __( 'Write only the server, without what follows its name: no path, no question mark, no user name.', 'temoin' );
		}
		return '';
	}

	/** What is wrong with the site's id, or an empty text. */
	private function site_error(): string {
		if ( '' === $this->site ) {
			return __( 'The id of the site is missing. It is the name after /t/ in the tag that the server gave you.', 'temoin' );
		}
		if ( strlen( $this->site ) > 40 || ! preg_match( '/^[a-z0-9]+(-[a-z0-9]+)*$/D', $this->site ) ) {
			return __( 'An id has 1 to 40 lower-case letters, digits and single dashes, as in my-site. Write the name after /t/ in the tag, without .js.', 'temoin' );
		}
		return '';
	}

	/**
	 * One line of text, without marks and of a bounded length.
	 *
	 * @param mixed $value What was sent.
	 */
	private static function text( $value ): string {
		return is_string( $value ) ? mb_substr( sanitize_text_field( $value ), 0, 300 ) : '';
	}
}

/**
 * Whether this request makes a page for visitors: what the plugin changes, it changes there only. Editors and programs get
 * what is stored.
 */
function is_page(): bool {
	$is_other = is_admin() || wp_doing_ajax() || wp_doing_cron() || ( defined( 'REST_REQUEST' ) && REST_REQUEST );
	return ! $is_other && ! ( did_action( 'wp' ) && is_feed() );
}
