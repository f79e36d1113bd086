<?php
/**
 * Plugin Name: Témoin
 * Description: Puts the tag of a Témoin consent server first in every page, makes embedded videos and maps wait for the visitor's choice, and lets PHP read that choice.
 * Version: 0.1.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 * Author: Témoin
 * License: GPL-2.0-or-later
 * License URI: https://www.gnu.org/licenses/old-licenses/gpl-2.0.html
 * Text Domain: temoin
 * Domain Path: /languages
 *
 * @package Temoin
 */

namespace Temoin;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.1.0';
const FILE    = __FILE__;

require __DIR__ . '/includes/settings.php';
require __DIR__ . '/includes/declaration.php';
require __DIR__ . '/includes/stored-choice.php';
require __DIR__ . '/includes/consent.php';
require __DIR__ . '/includes/tag.php';
require __DIR__ . '/includes/optimisers.php';
require __DIR__ . '/includes/html.php';
require __DIR__ . '/includes/embeds.php';
require __DIR__ . '/includes/blocks.php';
require __DIR__ . '/includes/consent-api.php';
require __DIR__ . '/includes/functions.php';
if ( is_admin() ) {
	require __DIR__ . '/includes/check.php';
	require __DIR__ . '/includes/admin.php';
}

/**
 * Loads the translation. One French text serves every place where French is spoken; it is named, since WordPress looks only for
 * the file of the very locale.
 */
function load_words() {
	if ( 0 === strpos( determine_locale(), 'fr' ) ) {
		load_textdomain( 'temoin', __DIR__ . '/languages/temoin-fr_FR.mo' );
	} else {
		load_plugin_textdomain( 'temoin', false, dirname( plugin_basename( FILE ) ) . '/languages' );
	}
}
add_action( 'init', __NAMESPACE__ . '\load_words', 0 );
