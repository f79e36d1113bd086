# The consent server in plain workerd. `crates/local-server` starts it and says, on the command
# line, where it listens and where its folders are; a self-hosted server does the same.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .edge),
    # The widget's built files: target/temoin/assets.
    (name = "assets", disk = (path = "assets")),
    # The objects' SQLite files. The folder must exist.
    (name = "state", disk = (path = "state", writable = true)),
    # Copies of full tiles and bundles of entries, as static files. The folder must exist.
    (name = "archive", disk = (path = "archive", writable = true)),
    # The way to the anchor's witnesses, which may be on a private network. Nothing else goes this way.
    (name = "witness-network", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true)
    )),
    # The way to the servers of the sites whose pages pass through here (`edge.origin_server`), and to webhooks: who may
    # publish a site may have it ask any address that this lets through, also by a name that resolves to it.
    (name = "origin-network", network = (
      allow = ["public"],
      tlsOptions = (trustBrowserCas = true)
    )),
    # The same where the operator trusts every owner (`TEMOIN_PRIVATE_ORIGINS` is `allow`), as for the demo.
    (name = "private-origin-network", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true)
    ))
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "main")]
);

const edge :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "build/index.js"),
    (name = "index_bg.wasm", wasm = embed "build/index_bg.wasm")
  ],
  compatibilityDate = "2026-11-01",
  # A unique key names the folder of its objects and seeds their ids: it must never change.
  durableObjectNamespaces = [
    (className = "Site", uniqueKey = "temoin-site", enableSql = true),
    (className = "Directory", uniqueKey = "temoin-directory", enableSql = true),
    (className = "Anchor", uniqueKey = "temoin-anchor", enableSql = true)
  ],
  durableObjectStorage = (localDisk = "state"),
  bindings = [
    (name = "SITE", durableObjectNamespace = "Site"),
    (name = "DIRECTORY", durableObjectNamespace = "Directory"),
    (name = "ASSETS", service = "assets"),
    (name = "ARCHIVE", service = "archive"),
    (name = "ANCHOR", durableObjectNamespace = "Anchor"),
    (name = "WITNESS_NETWORK", service = "witness-network"),
    (name = "ORIGIN_NETWORK", service = "origin-network"),
    (name = "PRIVATE_ORIGIN_NETWORK", service = "private-origin-network"),
    (name = "TEMOIN_TOKENS", fromEnvironment = "TEMOIN_TOKENS"),
    (name = "TEMOIN_ORIGINS", fromEnvironment = "TEMOIN_ORIGINS"),
    (name = "TEMOIN_PRIVATE_ORIGINS", fromEnvironment = "TEMOIN_PRIVATE_ORIGINS"),
    (name = "TEMOIN_VISITOR_LIMITS", fromEnvironment = "TEMOIN_VISITOR_LIMITS"),
    (name = "TEMOIN_CLIENT_ADDRESS_HEADER", fromEnvironment = "TEMOIN_CLIENT_ADDRESS_HEADER"),
    (name = "TEMOIN_PLACE_HEADER", fromEnvironment = "TEMOIN_PLACE_HEADER"),
    (name = "TEMOIN_NAME", fromEnvironment = "TEMOIN_NAME"),
    (name = "TEMOIN_SECRET", fromEnvironment = "TEMOIN_SECRET"),
    (name = "TEMOIN_SECRET_PREVIOUS", fromEnvironment = "TEMOIN_SECRET_PREVIOUS"),
    (name = "TEMOIN_WITNESSES", fromEnvironment = "TEMOIN_WITNESSES")
  ]
);
