<?php
/**
 * Reads the choice that the visitor's browser has stored, from its cookie. The format is told in
 * crates/consent-core/src/browser/stored.rs; stored-choice.json and stored-choices.json beside it hold this reader to the
 * same cases as the server's and the loader's.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** A choice, or a click of which the widget has not made a choice yet. */
final class Stored_Choice {
	const COOKIE = 'consent_temoin';

	/** A cookie has 4,096 bytes at most (RFC 6265, section 6.1); what is longer was not written by us. */
	const LONGEST_TEXT = 4096;

	/** More cookies of this name than this are of nobody who visits. */
	const MOST_TEXTS = 20;

	const CLOCK_TOLERANCE_MS  = 86400000;
	const LATEST_TIME_MS      = 253402300799999;
	const LONGEST_CHOICE_MONTHS = 13;

	/** The optional purposes, in the order of their letters. */
	const PURPOSES = array( 'preferences', 'statistics', 'marketing' );

	/**
	 * Either 'chosen' or 'pending'.
	 *
	 * @var string
	 */
	public $state;

	/**
	 * When it was made, in milliseconds since 1970, by the visitor's clock.
	 *
	 * @var int
	 */
	public $at;

	/**
	 * Whether each optional purpose is granted. A click that waits grants nothing yet.
	 *
	 * @var array<string, bool>
	 */
	public $purposes = array(
		'preferences' => false,
		'statistics'  => false,
		'marketing'   => false,
	);

	/**
	 * The services that were answered apart from their purpose, by id.
	 *
	 * @var array<string, bool>
	 */
	public $services = array();

	/**
	 * Whether the browser sent Global Privacy Control when it was made.
	 *
	 * @var bool
	 */
	public $gpc = false;

	/**
	 * Whether the answer was yes to anything.
	 *
	 * @var bool
	 */
	private $grants = false;

	/**
	 * Made by read() only.
	 *
	 * @param string $state Either 'chosen' or 'pending'.
	 * @param int    $at    When it was made.
	 */
	private function __construct( string $state, int $at ) {
		$this->state = $state;
		$this->at    = $at;
	}

	/**
	 * Reads a stored text. What is corrupt, foreign, expired, from the future, too long or an answer to another question is
	 * no choice.
	 *
	 * @param string $text     The text.
	 * @param int    $now      Milliseconds since 1970.
	 * @param string $material The digest of what the site asks now.
	 */
	public static function read( string $text, int $now, string $material ): ?self {
		// Times in milliseconds need 64 bits.
		if ( strlen( $text ) > self::LONGEST_TEXT || PHP_INT_SIZE < 8 ) {
			return null;
		}
		return self::read_choice( $text, $now, $material ) ?? self::read_click( $text, $now, $material );
	}

	/**
	 * The one of several stored texts that holds: the newest. Of the same time, a choice is newer than a click. What grants
	 * something and comes from the future holds only where nothing else does.
	 *
	 * @param string[] $texts    The texts.
	 * @param int      $now      Milliseconds since 1970.
	 * @param string   $material The digest of what the site asks now.
	 */
	public static function newest( array $texts, int $now, string $material ): ?self {
		$newest = null;
		foreach ( $texts as $text ) {
			$read = self::read( $text, $now, $material );
			if ( $read && ( ! $newest || $read->rank( $now ) > $newest->rank( $now ) ) ) {
				$newest = $read;
			}
		}
		return $newest;
	}

	/**
	 * The texts of every cookie of that name in a Cookie header: PHP keeps one of several only, and WordPress adds slashes
	 * to it.
	 *
	 * @param string $header The value of the header.
	 * @return string[]
	 */
	public static function texts( string $header ): array {
		$texts = array();
		foreach ( explode( ';', $header ) as $cookie ) {
			$parts = explode( '=', trim( $cookie, " \t" ), 2 );
			if ( self::COOKIE === $parts[0] && isset( $parts[1] ) && count( $texts ) < self::MOST_TEXTS ) {
				$texts[] = $parts[1];
			}
		}
		return $texts;
	}

	/** A choice, with the services that were answered apart. */
	private static function read_choice( string $text, int $now, string $material ): ?self {
		if ( ! preg_match( '/^c([12])\.g([gd]{3})\.(\d{1,15})\.(\d{1,15})\.([\da-f]{12})(?:\.(.+))?$/D', $text, $part ) ) {
			return null;
		}
		$at  = (int) $part[3];
		$end = (int) $part[4];
		if ( $part[5] !== $material || ! self::is_possible( $at, $now ) || $now >= $end || $end > self::add_months( $at, self::LONGEST_CHOICE_MONTHS ) ) {
			return null;
		}
		$choice      = new self( 'chosen', $at );
		$choice->gpc = '2' === $part[1];
		foreach ( self::PURPOSES as $nth => $purpose ) {
			$choice->purposes[ $purpose ] = 'g' === $part[2][ $nth ];
		}
		$last = '';
		foreach ( isset( $part[6] ) ? explode( '~', $part[6] ) : array() as $item ) {
			$id = substr( $item, 1 );
			if ( ! preg_match( '/^[gd](?=.{1,40}$)[a-z\d]+(?:-[a-z\d]+)*$/D', $item ) || strcmp( $id, $last ) <= 0 ) {
				return null;
			}
			$choice->services[ $id ] = 'g' === $item[0];
			$last                    = $id;
		}
		$choice->grants = in_array( true, $choice->purposes, true ) || in_array( true, $choice->services, true );
		return $choice;
	}

	/** A click on the banner that waits for the widget. */
	private static function read_click( string $text, int $now, string $material ): ?self {
		if ( ! preg_match( '/^p1\.(accept_all|reject_all)\.[tf]\.(\d{1,15})\.([\da-f]{12})\.[\da-f]{64}$/D', $text, $part ) ) {
			return null;
		}
		$at = (int) $part[2];
		if ( $part[3] !== $material || ! self::is_possible( $at, $now ) || $now >= self::add_months( $at, self::LONGEST_CHOICE_MONTHS ) ) {
			return null;
		}
		$click         = new self( 'pending', $at );
		$click->grants = 'accept_all' === $part[1];
		return $click;
	}

	/**
	 * What decides which of several holds: the greater one does.
	 *
	 * @param int $now Milliseconds since 1970.
	 * @return array{bool, int, bool}
	 */
	private function rank( int $now ): array {
		return array( $this->at <= $now || ! $this->grants, $this->at, 'chosen' === $this->state );
	}

	/** Whether something can have been made then. */
	private static function is_possible( int $at, int $now ): bool {
		return $at <= min( $now + self::CLOCK_TOLERANCE_MS, self::LATEST_TIME_MS );
	}

	/** The same time of day, calendar months later; in a shorter month, on its last day. */
	private static function add_months( int $at, int $months ): int {
		$seconds = intdiv( $at, 1000 );
		$count   = (int) gmdate( 'Y', $seconds ) * 12 + (int) gmdate( 'n', $seconds ) - 1 + $months;
		$year    = intdiv( $count, 12 );
		$month   = $count % 12 + 1;
		$days    = (int) gmdate( 't', (int) gmmktime( 0, 0, 0, $month, 1, $year ) );
		$day     = min( (int) gmdate( 'j', $seconds ), $days );
		$moved   = (int) gmmktime( 0, 0, 0, $month, $day, $year ) + $seconds % 86400;
		return min( $moved * 1000 + $at % 1000, self::LATEST_TIME_MS );
	}
}
