<?php
/**
 * What the tests need of a WordPress: posts, a look into the database, answers of the world that is not there, and another
 * plugin that prints a script early. It never leaves the tests.
 *
 * @package Temoin
 */

/** What YouTube and Vimeo answer when WordPress asks how to embed an address (oEmbed). */
const TEMOIN_TEST_OEMBED = array(
	'www.youtube.com' => '<iframe title="Marée basse" width="500" height="281" src="https://www.youtube.com/embed/dQw4w9WgXcQ?feature=oembed" frameborder="0" allowfullscreen></iframe>',
	'vimeo.com'       => '<iframe title="Le phare" src="https://player.vimeo.com/video/76979871?dnt=1" width="500" height="281" frameborder="0" allowfullscreen></iframe>',
);

add_filter(
	'pre_http_request',
	function ( $answer, $arguments, $url ) {
		$host = (string) wp_parse_url( $url, PHP_URL_HOST );
		if ( in_array( $host, array( 'localhost', '127.0.0.1' ), true ) ) {
			return $answer;
		}
		$html = TEMOIN_TEST_OEMBED[ $host ] ?? null;
		if ( null === $html || false === strpos( $url, 'oembed' ) ) {
			return new WP_Error( 'offline', 'the tests reach no other server' );
		}
		$oembed = array(
			'version'       => '1.0',
			'type'          => 'video',
			'html'          => $html,
			'width'         => 500,
			'height'        => 281,
			'provider_name' => $host,
		);
		return array(
			'headers'  => array(),
			'body'     => wp_json_encode( $oembed ),
			'response' => array(
				'code'    => 200,
				'message' => 'OK',
			),
			'cookies'  => array(),
			'filename' => null,
		);
	},
	10,
	3
);

// WordPress takes a language only where its own translation is installed; that of the plugin needs none.
add_filter(
	'locale',
	function ( $locale ) {
		$set = get_option( 'test_locale' );
		return $set ? $set : $locale;
	}
);

// Another plugin, which wants to be first as well.
add_action(
	'wp_head',
	function () {
		echo "<script>window.otherPlugin = typeof window.Temoin;</script>\n";
	},
	1
);

/** Where the tests ask. */
function temoin_test_routes() {
	$routes = array(
		'post'      => 'temoin_test_post',
		'content'   => 'temoin_test_content',
		'rows'      => 'temoin_test_rows',
		'option'    => 'temoin_test_option',
		'choices'   => 'temoin_test_choices',
		'allows'    => 'temoin_test_allows',
		'filters'   => 'temoin_test_filters',
		'frames'    => 'temoin_test_frames',
		'forget'    => 'temoin_test_forget',
		'plugin'    => 'temoin_test_plugin',
		'errors'    => 'temoin_test_errors',
	);
	foreach ( $routes as $name => $callback ) {
		register_rest_route(
			'temoin-test/v1',
			'/' . $name,
			array(
				'methods'             => 'POST',
				'callback'            => $callback,
				'permission_callback' => '__return_true',
			)
		);
	}
}
add_action( 'rest_api_init', 'temoin_test_routes' );

/** Writes a post, and says its id. */
function temoin_test_post( WP_REST_Request $request ) {
	kses_remove_filters();
	return wp_insert_post(
		array(
			'post_title'   => 'Un article',
			'post_content' => wp_slash( $request['content'] ),
			'post_status'  => 'publish',
		),
		true
	);
}

/** What the database has of a post. */
function temoin_test_content( WP_REST_Request $request ) {
	global $wpdb;
	return $wpdb->get_var( $wpdb->prepare( "SELECT post_content FROM {$wpdb->posts} WHERE ID = %d", $request['id'] ) );
}

/** Every option and every row of meta data that is of the plugin. */
function temoin_test_rows() {
	global $wpdb;
	$names = array();
	foreach ( array( array( $wpdb->options, 'option_name' ), array( $wpdb->postmeta, 'meta_key' ), array( $wpdb->usermeta, 'meta_key' ) ) as list( $table, $column ) ) {
		$names = array_merge( $names, $wpdb->get_col( "SELECT $column FROM $table WHERE $column LIKE '%temoin%'" ) );
	}
	sort( $names );
	return $names;
}

/** Sets an option as a program would. */
function temoin_test_option( WP_REST_Request $request ) {
	update_option( $request['name'], $request['value'] );
	return get_option( $request['name'] );
}

/** Reads stored texts at a moment: the cases that Rust and TypeScript run too. */
function temoin_test_choices( WP_REST_Request $request ) {
	return array_map(
		function ( $one ) {
			$texts  = Temoin\Stored_Choice::texts( $one['header'] );
			$now    = (int) $one['now'];
			$choice = Temoin\Stored_Choice::newest( $texts, $now, '0123456789ab' );
			return array(
				'state'    => $choice ? $choice->state : 'unasked',
				'granted'  => $choice ? array_keys( array_filter( $choice->purposes ) ) : array(),
				'services' => (object) ( $choice ? $choice->services : array() ),
			);
		},
		$request['cases']
	);
}

/** What PHP says of this request's visitor. */
function temoin_test_allows( WP_REST_Request $request ) {
	$answers = array();
	foreach ( array( 'necessary', 'preferences', 'statistics', 'marketing', 'other' ) as $purpose ) {
		$answers[ $purpose ] = temoin_allows( $purpose );
	}
	foreach ( (array) $request['services'] as $service ) {
		$answers[ "service $service" ] = temoin_allows_service( $service );
	}
	$answers['type'] = apply_filters( 'wp_get_consent_type', false );
	foreach ( array( 'functional', 'preferences', 'statistics', 'statistics-anonymous', 'marketing', false ) as $category ) {
		// The API has found the contrary in cookies of its own.
		$answers[ 'category ' . ( $category ? $category : 'unknown' ) ] = apply_filters( 'wp_has_consent', 'functional' !== $category, $category, false );
	}
	return $answers;
}

/** What optimisers are told to leave alone. */
function temoin_test_filters( WP_REST_Request $request ) {
	return array_map(
		function ( $filter ) {
			return apply_filters( $filter['name'], $filter['value'] );
		},
		$request['filters']
	);
}

/** What becomes of pieces of HTML in a page. A request for data is none, so the parts are asked one by one. */
function temoin_test_frames( WP_REST_Request $request ) {
	$settings = Temoin\Settings::current();
	return array_map(
		function ( $html ) use ( $settings ) {
			foreach ( array_reverse( Temoin\Html::tags( $html, 'iframe' ) ) as $frame ) {
				$condition = Temoin\condition_of( $frame, $settings );
				if ( null !== $condition ) {
					$html = substr_replace( $html, Temoin\held( $html, $frame, $condition ), $frame->start, $frame->end - $frame->start );
				}
			}
			return $html;
		},
		$request['pieces']
	);
}

/** Forgets what is kept of the server's answers. */
function temoin_test_forget() {
	global $wpdb;
	foreach ( $wpdb->get_col( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE '\\_transient\\_temoin%'" ) as $name ) {
		delete_transient( substr( $name, strlen( '_transient_' ) ) );
	}
	return true;
}

/** Activates the plugin, or deactivates it, as a program would. */
function temoin_test_plugin( WP_REST_Request $request ) {
	require_once ABSPATH . 'wp-admin/includes/plugin.php';
	if ( $request['active'] ) {
		activate_plugin( 'temoin/temoin.php' );
	} else {
		deactivate_plugins( 'temoin/temoin.php' );
	}
	return is_plugin_active( 'temoin/temoin.php' );
}

/** What is wrong with settings, field by field. */
function temoin_test_errors( WP_REST_Request $request ) {
	return array_map(
		function ( $values ) {
			return (object) ( new Temoin\Settings( $values ) )->errors();
		},
		$request['settings']
	);
}
