<?php
/**
 * Finds tags in HTML as a browser's tokenizer does (HTML, section 13.2.5): not in comments, nor in the text of scripts, styles
 * and text areas, and with attributes in each of their forms. It changes nothing but what it is asked to.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** One start tag, and where it stands in the HTML. */
final class Tag {
	/**
	 * Its name, in lower case.
	 *
	 * @var string
	 */
	public $name;

	/**
	 * Where it begins, in bytes.
	 *
	 * @var int
	 */
	public $start;

	/**
	 * Where it ends, after its `>`.
	 *
	 * @var int
	 */
	public $end;

	/**
	 * Its attributes in their order, also those that are there twice: name in lower case, value, and where they stand.
	 *
	 * @var array<int, array{name: string, value: string, start: int, end: int}>
	 */
	public $attributes = array();

	/** The value of an attribute; of several, the first counts. Null where there is none. */
	public function get( string $name ): ?string {
		foreach ( $this->attributes as $attribute ) {
			if ( $attribute['name'] === $name ) {
				return html_entity_decode( $attribute['value'], ENT_QUOTES | ENT_HTML5, 'UTF-8' );
			}
		}
		return null;
	}
}

/** Walks through HTML. */
final class Html {
	/** Elements whose content is text for a browser. */
	const TEXT = 'script|style|textarea|title|xmp|noembed|noframes|iframe';

	/** White space (HTML, "ASCII whitespace"). */
	const SPACE = " \t\n\f\r";

	/**
	 * The start tags of an element, in their order.
	 *
	 * @param string $html The HTML.
	 * @param string $name One of those whose content is text, in lower case.
	 * @return Tag[]
	 */
	public static function tags( string $html, string $name ): array {
		$found  = array();
		$offset = 0;
		$next   = '~<!--|<(?:' . self::TEXT . ')(?=[\s/>])~i';
		while ( preg_match( $next, $html, $match, PREG_OFFSET_CAPTURE, $offset ) ) {
			$start = $match[0][1];
			if ( '<!--' === $match[0][0] ) {
				$offset = self::after( $html, '-->', $start + 2 );
				continue;
			}
			$tag = self::read( $html, $start, strtolower( substr( $match[0][0], 1 ) ) );
			if ( ! $tag ) {
				break;
			}
			if ( $tag->name === $name ) {
				$found[] = $tag;
			}
			$offset = self::after( $html, '</' . $tag->name, $tag->end );
		}
		return $found;
	}

	/** Where a text ends that is looked for from an offset on, in any case of letters; the end of the HTML if it is not there. */
	private static function after( string $html, string $text, int $offset ): int {
		$at = stripos( $html, $text, $offset );
		return false === $at ? strlen( $html ) : $at + strlen( $text );
	}

	/** Reads the tag that begins at an offset; null if it never ends. */
	private static function read( string $html, int $start, string $name ): ?Tag {
		$tag        = new Tag();
		$tag->name  = $name;
		$tag->start = $start;
		$length     = strlen( $html );
		$at         = $start + 1 + strlen( $name );
		while ( true ) {
			$at += strspn( $html, self::SPACE . '/', $at );
			if ( $at >= $length ) {
				return null;
			}
			if ( '>' === $html[ $at ] ) {
				$tag->end = $at + 1;
				return $tag;
			}
			$attribute = self::attribute( $html, $at );
			if ( ! $attribute ) {
				return null;
			}
			$tag->attributes[] = $attribute;
			$at                = $attribute['end'];
		}
	}

	/**
	 * Reads the attribute that begins at an offset; null if it never ends.
	 *
	 * @return array{name: string, value: string, start: int, end: int}|null
	 */
	private static function attribute( string $html, int $start ): ?array {
		$length = strlen( $html );
		// An equals sign at the beginning belongs to the name.
		$at    = $start + 1;
		$at   += strcspn( $html, self::SPACE . '/>=', $at );
		$name  = strtolower( substr( $html, $start, $at - $start ) );
		$found = array(
			'name'  => $name,
			'value' => '',
			'start' => $start,
			'end'   => $at,
		);
		$at   += strspn( $html, self::SPACE, $at );
		if ( $at >= $length || '=' !== $html[ $at ] ) {
			return $found;
		}
		++$at;
		$at += strspn( $html, self::SPACE, $at );
		if ( $at >= $length ) {
			return null;
		}
		$quote = $html[ $at ];
		if ( '"' === $quote || "'" === $quote ) {
			$close = strpos( $html, $quote, $at + 1 );
			if ( false === $close ) {
				return null;
			}
			$found['value'] = substr( $html, $at + 1, $close - $at - 1 );
			$found['end']   = $close + 1;
			return $found;
		}
		$size           = strcspn( $html, self::SPACE . '>', $at );
		$found['value'] = substr( $html, $at, $size );
		$found['end']   = $at + $size;
		return $found;
	}
}
