<?php
/**
 * What the visitor of this request has granted. Whatever is not known is not granted.
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

/** The choice of this request's visitor, as an answer to what the site asks now; null where there is none. */
function stored_choice(): ?Stored_Choice {
	$settings = Settings::current();
	// The raw header: PHP keeps only one of several cookies of a name.
	$header = $_SERVER['HTTP_COOKIE'] ?? ''; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- parsed by Stored_Choice, never printed.
	$texts  = is_string( $header ) ? Stored_Choice::texts( $header ) : array();
	if ( array() === $texts || ! $settings->is_ready() ) {
		return null;
	}
	$declaration = Declaration::of( $settings );
	return $declaration ? Stored_Choice::newest( $texts, (int) floor( microtime( true ) * 1000 ), $declaration->material ) : null;
}

/**
 * Whether the visitor has granted a purpose. Where the browser sends Global Privacy Control, marketing counts as granted only
 * if the visitor granted it while the signal was sent: PHP does not know which law holds for them, so the strict one does.
 *
 * @param string $purpose One of 'necessary', 'preferences', 'statistics', 'marketing'.
 */
function allows( string $purpose ): bool {
	if ( 'necessary' === $purpose ) {
		return true;
	}
	$choice = stored_choice();
	return $choice && ( $choice->purposes[ $purpose ] ?? false ) && ! ( 'marketing' === $purpose && is_objection( $choice ) );
}

/**
 * Whether a service of the site may run for the visitor: by an answer of its own, or by that for its purpose. One that the law
 * lets run without consent may until the visitor objects to it.
 *
 * @param string $id The service's id.
 */
function allows_service( string $id ): bool {
	$settings    = Settings::current();
	$declaration = $settings->is_ready() ? Declaration::of( $settings ) : null;
	$service     = $declaration ? $declaration->service( $id ) : null;
	if ( ! $service ) {
		return false;
	}
	$choice = stored_choice();
	$answer = $choice ? ( $choice->services[ $id ] ?? null ) : null;
	if ( null === $answer || 'necessary' === $service['purpose'] ) {
		return $service['exempt'] || allows( $service['purpose'] );
	}
	return $answer && ! ( 'marketing' === $service['purpose'] && is_objection( $choice ) );
}

/** Whether the browser sends Global Privacy Control, and did not when this choice was made. */
function is_objection( Stored_Choice $choice ): bool {
	return '1' === ( $_SERVER['HTTP_SEC_GPC'] ?? '' ) && ! $choice->gpc;
}
