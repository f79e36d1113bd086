<?php
/**
 * What the server declares of the site: kept for a while, and shown in a page. A server that does not answer stops no page.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** The declaration in force, as `GET /v1/sites/SITE/declaration` answers it. */
final class Declaration {
	/** The server's answer may be five minutes old (`Cache-Control`); so may ours. */
	const FRESH = 300;

	/** For how long an old answer is used while the server gives none. */
	const KEPT = DAY_IN_SECONDS;

	/** How long to wait before a server that failed is asked again. */
	const PAUSE = 60;

	/** A visitor's page waits for it at most this long, in seconds. */
	const TIMEOUT = 3;

	/** The most that is read of an answer, in bytes: 200 services of a verbose site are below it. */
	const LARGEST = 1048576;

	/**
	 * The digest of what is material in the notice.
	 *
	 * @var string
	 */
	public $material;

	/**
	 * The language of its words.
	 *
	 * @var string
	 */
	public $language;

	/**
	 * Whether every visitor is asked under the same law: only then is what this one says true of whoever asks.
	 *
	 * @var bool
	 */
	private $has_one_law = true;

	/**
	 * The purposes, with their services.
	 *
	 * @var array<int, array<string, mixed>>
	 */
	public $purposes;

	/**
	 * Those that this request has looked for, by key.
	 *
	 * @var array<string, self|null>
	 */
	private static $found = array();

	/** The declaration of the site, in the language of the page where the site has it; null where there is none. */
	public static function of( Settings $settings ): ?self {
		$language = str_replace( '_', '-', determine_locale() );
		$key      = 'temoin_declaration_' . md5( $settings->declaration_url() . ' ' . $language );
		if ( ! array_key_exists( $key, self::$found ) ) {
			self::$found[ $key ] = self::kept_or_fetched( $settings, $language, $key );
		}
		return self::$found[ $key ];
	}

	/** What is kept, if it is fresh or if there is nothing better. */
	private static function kept_or_fetched( Settings $settings, string $language, string $key ): ?self {
		$kept = get_transient( $key );
		$kept = is_array( $kept ) ? $kept : array();
		$old  = self::parse( $kept['json'] ?? '', $settings );
		if ( time() < (int) ( $kept['until'] ?? 0 ) ) {
			return $old;
		}
		$json = self::fetch( $settings, $language );
		$new  = self::parse( $json, $settings );
		$keep = array(
			'until' => time() + ( $new ? self::FRESH : self::PAUSE ),
			'since' => $new ? time() : (int) ( $kept['since'] ?? time() ),
			'json'  => $new ? $json : ( $kept['json'] ?? '' ),
		);
		$left = $keep['since'] + self::KEPT - time();
		if ( $left <= 0 ) {
			// What nobody has confirmed for a day is not used any more.
			$old          = null;
			$keep['json'] = '';
			$left         = self::PAUSE;
		}
		set_transient( $key, $keep, $left );
		return $new ?? $old;
	}

	/** Asks the server; an empty text where it gives no answer. */
	private static function fetch( Settings $settings, string $language ): string {
		$answer = wp_remote_get(
			$settings->server . '/v1/sites/' . $settings->site . '/declaration',
			array(
				'timeout'             => self::TIMEOUT,
				'redirection'         => 0,
				// In a network, whoever owns one site must not look at addresses behind the server's firewall.
				'reject_unsafe_urls'  => is_multisite(),
				'limit_response_size' => self::LARGEST,
				'headers'             => array( 'Accept-Language' => $language ),
			)
		);
		return 200 === wp_remote_retrieve_response_code( $answer ) ? (string) wp_remote_retrieve_body( $answer ) : '';
	}

	/**
	 * Reads an answer; null if it is not a declaration of this site.
	 *
	 * @param mixed    $json     The answer's text.
	 * @param Settings $settings The settings.
	 */
	private static function parse( $json, Settings $settings ): ?self {
		$values   = is_string( $json ) ? json_decode( $json, true, 32 ) : null;
		$material = is_array( $values ) ? ( $values['material'] ?? null ) : null;
		if ( ! is_string( $material ) || ! preg_match( '/^[\da-f]{12}$/D', $material ) || ( $values['site'] ?? null ) !== $settings->site || ! is_array( $values['purposes'] ?? null ) ) {
			return null;
		}
		$declaration           = new self();
		$declaration->material = $material;
		$declaration->language = self::text( $values, 'language' );
		$declaration->purposes = array_filter( $values['purposes'], 'is_array' );

		$declaration->has_one_law = empty( $values['jurisdictions'] );
		return $declaration;
	}

	/**
	 * Every service, with its purpose.
	 *
	 * @return array<int, array{id: string, purpose: string, exempt: bool, hosts: string[]}>
	 */
	private function services(): array {
		$all = array();
		foreach ( $this->purposes as $purpose ) {
			foreach ( self::items( $purpose, 'services' ) as $service ) {
				$all[] = array(
					'id'      => self::text( $service, 'id' ),
					'purpose' => self::text( $purpose, 'id' ),
					'exempt'  => $this->has_one_law && is_array( $service['exempt'] ?? null ),
					'hosts'   => array_filter( (array) ( $service['hosts'] ?? array() ), 'is_string' ),
				);
			}
		}
		return $all;
	}

	/**
	 * A service by its id; null if the site has none of that name.
	 *
	 * @return array{id: string, purpose: string, exempt: bool, hosts: string[]}|null
	 */
	public function service( string $id ): ?array {
		foreach ( $this->services() as $service ) {
			if ( $service['id'] === $id ) {
				return $service;
			}
		}
		return null;
	}

	/**
	 * The service that a host belongs to: that with the longest name that fits. Null if it belongs to none.
	 *
	 * @return array{id: string, purpose: string, exempt: bool, hosts: string[]}|null
	 */
	public function service_at( string $host ): ?array {
		$best   = null;
		$length = 0;
		foreach ( $this->services() as $service ) {
			foreach ( $service['hosts'] as $known ) {
				if ( strlen( $known ) > $length && is_below( $host, strtolower( $known ) ) ) {
					$best   = $service;
					$length = strlen( $known );
				}
			}
		}
		return $best;
	}

	/**
	 * A text of an answer, or an empty one.
	 *
	 * @param mixed  $from An object of the answer.
	 * @param string $name The member.
	 */
	public static function text( $from, string $name ): string {
		$value = is_array( $from ) ? ( $from[ $name ] ?? '' ) : '';
		return is_string( $value ) ? $value : '';
	}

	/**
	 * A list of objects of an answer.
	 *
	 * @param mixed  $from An object of the answer.
	 * @param string $name The member.
	 * @return array<int, array<string, mixed>>
	 */
	public static function items( $from, string $name ): array {
		$value = is_array( $from ) ? ( $from[ $name ] ?? null ) : null;
		return is_array( $value ) ? array_filter( $value, 'is_array' ) : array();
	}
}

/** The declaration as HTML; a link to the server's page where there is no answer. Nothing where the settings are wrong. */
function declaration_html(): string {
	$settings = Settings::current();
	if ( ! $settings->is_ready() ) {
		return '';
	}
	$link        = '<p><a href="' . esc_url( $settings->declaration_url() ) . '">' . esc_html__( 'The whole cookie declaration', 'temoin' ) . '</a></p>';
	$declaration = Declaration::of( $settings );
	if ( ! $declaration ) {
		return '<div class="temoin-declaration">' . $link . '</div>';
	}
	$html = '<div class="temoin-declaration" lang="' . esc_attr( $declaration->language ) . '">';
	foreach ( $declaration->purposes as $purpose ) {
		$html .= '<h3>' . esc_html( Declaration::text( $purpose, 'name' ) ) . '</h3><p>' . esc_html( Declaration::text( $purpose, 'description' ) ) . '</p>';
		foreach ( Declaration::items( $purpose, 'services' ) as $service ) {
			$html .= service_html( $service );
		}
	}
	return $html . $link . '</div>';
}

/**
 * One service of the declaration.
 *
 * @param array<string, mixed> $service The service.
 */
function service_html( array $service ): string {
	$recipient = Declaration::text( $service, 'recipient' );
	$country   = Declaration::text( $service['country'] ?? null, 'name' );
	$policy    = Declaration::text( $service, 'policy_url' );
	$html      = '<h4>' . esc_html( Declaration::text( $service, 'name' ) ) . '</h4><p>' . esc_html( Declaration::text( $service, 'description' ) ) . '</p><dl>';
	$html     .= '<dt>' . esc_html__( 'Recipient', 'temoin' ) . '</dt><dd>' . esc_html( '' === $country ? $recipient : "$recipient, $country" ) . '</dd>';
	if ( '' !== $policy ) {
		$html .= '<dt>' . esc_html__( 'Privacy policy', 'temoin' ) . '</dt><dd><a href="' . esc_url( $policy, array( 'https', 'http' ) ) . '">' . esc_html( $policy ) . '</a></dd>';
	}
	$cookies = '';
	foreach ( Declaration::items( $service, 'cookies' ) as $cookie ) {
		$cookies .= '<li><code>' . esc_html( Declaration::text( $cookie, 'name' ) ) . '</code>, ' . esc_html( Declaration::text( $cookie['lifetime'] ?? null, 'words' ) ) . '</li>';
	}
	if ( '' !== $cookies ) {
		$html .= '<dt>' . esc_html__( 'Cookies', 'temoin' ) . '</dt><dd><ul>' . $cookies . '</ul></dd>';
	}
	return $html . '</dl>';
}
