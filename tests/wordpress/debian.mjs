/** The WordPress of Debian, in a folder of its own: no service of the system is started, and nothing outside the folder is written. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCE = "/usr/share/wordpress";
const USER = "temoin";

/** Runs a program to its end; an error says what it wrote. */
function run(program, parameters, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: "utf8", ...options });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}${stdout}`);
  return stdout;
}

/** What WordPress reads first, with its database behind a socket in the folder. */
const configuration = (port, socket, log) => `<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', '${USER}' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:${socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', '${log}' );
define( 'FS_METHOD', 'direct' );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', 'localhost,127.0.0.1' );
define( 'WP_HOME', 'http://localhost:${port}' );
define( 'WP_SITEURL', 'http://localhost:${port}' );
$table_prefix = 'wp_';
defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
`;

const INSTALL = `<?php
define( 'WP_INSTALLING', true );
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'Atelier', 'admin', 'admin@atelier.example', false, '', 'password' );
`;

export async function startDebian({ port, folder, addPlugins, stops }) {
  const data = join(folder, "data");
  const socket = join(folder, "sql");
  const wordpress = join(folder, "wordpress");
  mkdirSync(data, { recursive: true });
  const own = ["--no-defaults", `--datadir=${data}`, ...(process.getuid() === 0 ? ["--user=root"] : [])];
  run("mariadb-install-db", [...own, "--auth-root-authentication-method=normal", "--skip-test-db"]);
  const database = spawn("mariadbd", [...own, `--socket=${socket}`, "--skip-networking", `--pid-file=${folder}/pid`], { stdio: "ignore" });
  stops.unshift(() => database.kill("SIGKILL"));
  const sql = `CREATE DATABASE wordpress; CREATE USER ${USER}@localhost; GRANT ALL ON wordpress.* TO ${USER}@localhost;`;
  for (let left = 60; ; left--) {
    const asked = spawnSync("mariadb", ["--no-defaults", `--socket=${socket}`, "-uroot", "-e", sql], { encoding: "utf8" });
    if (asked.status === 0) break;
    if (!left) throw new Error(`MariaDB does not answer: ${asked.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  // Debian's files are links to other packages: the copy has the files themselves.
  cpSync(SOURCE, wordpress, { recursive: true, dereference: true, filter: (path) => !path.endsWith("wp-config.php") });
  writeFileSync(join(wordpress, "wp-config.php"), configuration(port, socket, join(folder, "../../wordpress-debug.log")));
  writeFileSync(join(wordpress, "install.php"), INSTALL);
  run("php", ["install.php"], { cwd: wordpress });
  addPlugins(wordpress);
  const environment = { ...process.env, PHP_CLI_SERVER_WORKERS: "4" };
  const server = spawn("php", ["-S", `localhost:${port}`, "-t", wordpress], { stdio: ["ignore", "ignore", openSync(join(folder, "php.log"), "w")], env: environment, cwd: wordpress });
  stops.unshift(() => server.kill());
  server.on("exit", (code) => process.exit(code ?? 1));
}
