//! Makes from a site's configuration everything that a publication hands on: the notice, what is
//! rendered from it in each language, and the edition.

use crate::directory::protocol::{Part, Registration, RenderedPart};
use crate::edition::{Edition, Enforcement, Loader, hash_source};
use crate::http::ascii;
use crate::http::auth::Permission;
use crate::http::compressed::Compressed;
use crate::http::error::ApiError;
use crate::publication::assets::{self, Manifest};
use crate::publication::hosts;
use crate::publication::loader_script::{loader_site, put_callers, put_site};
use crate::publication::turn::Turn;
use crate::publication::wording::Intl;
use crate::site::protocol::EnforcedHosts;
use consent_core::loader::LoaderSite;
use consent_core::log_origin::Shard;
use consent_core::notice::{BundleDigests, ShownDigests};
use consent_core::text::{LanguageTag, Localized};
use consent_core::{Notice, NoticeHash, Sha256Digest, SiteConfig, SiteId};
use consent_widget::markup::{self, Rendered};
use worker::Env;

/// Everything that is made from a configuration.
pub struct Composed {
    /// What the site's objects put in force.
    pub edition: Edition,
    /// What the directory keeps under its hash.
    pub registration: Registration,
    /// The hosts on which the edition enforces choices.
    pub hosts: EnforcedHosts,
}

/// Makes everything of a configuration. `server` is the origin of the consent server; the permission is that of who
/// publishes.
pub async fn compose(
    env: &Env,
    site: &SiteId,
    config: SiteConfig,
    manifest: &Manifest,
    server: &str,
    permission: &Permission,
    turn: &Turn,
) -> Result<Composed, ApiError> {
    let variant = config.loader_variant();
    let loader = manifest
        .loaders
        .get(&variant)
        .ok_or_else(|| ApiError::Internal(format!("this build has no {variant}")))?;
    let template = assets::text(env, loader).await?;
    let template = put_callers(&template, config.signals.tools(), &manifest.callers)?;
    let bundle = BundleDigests {
        loader: Sha256Digest::of(template.as_bytes()),
        script: manifest.script.digest,
        wasm: manifest.wasm.digest,
    };
    let (notice, rendered) = notice(site, &config, bundle, turn).await?;
    let bytes = notice.to_bytes();
    let mut scripts = Scripts {
        notice: &notice,
        config: &config,
        hash: NoticeHash::of(&bytes),
        template: &template,
        manifest,
        server,
        loaders: Localized::new(),
        at_edge: Localized::new(),
        parts: Vec::new(),
    };
    for (language, rendered) in rendered {
        turn.pause().await;
        scripts.add(&language, rendered, turn).await?;
    }
    let Scripts {
        hash,
        loaders,
        at_edge,
        parts,
        ..
    } = scripts;
    let hosts = enforced_hosts(&config, &notice, at_edge)?;
    Ok(Composed {
        registration: Registration {
            site: site.clone(),
            shards: config.shards,
            hash,
            notice: String::from_utf8(bytes)
                .map_err(|error| ApiError::Internal(error.to_string()))?,
            parts,
            hosts: hosts::claims(&hosts.authorities, permission),
        },
        hosts,
        edition: Edition {
            site: site.clone(),
            shards: config.shards,
            shard: Shard::FIRST,
            notice: hash,
            material: notice.material(),
            terms: notice.terms(),
            origins: config.origins,
            cookie_domain: config.cookie_domain,
            imports: !config.import_from.is_empty(),
            left: None,
            languages: notice.languages,
            loaders,
        },
    })
}

/// The notice, and what is rendered from it in each of its languages. It states the digests of that.
async fn notice(
    site: &SiteId,
    config: &SiteConfig,
    bundle: BundleDigests,
    turn: &Turn,
) -> Result<(Notice, Vec<(LanguageTag, Rendered)>), ApiError> {
    let mut notice = Notice::new(site.clone(), config.clone(), bundle);
    let mut all = Vec::new();
    for language in &notice.languages {
        turn.pause().await;
        let rendered = markup::render(&notice, language, &Intl);
        let missing = || ApiError::Internal(format!("the notice has no texts in {language}"));
        all.push((language.clone(), rendered.ok_or_else(missing)?));
    }
    notice.shown = all
        .iter()
        .map(|(language, rendered)| (language.clone(), digests(rendered)))
        .collect();
    Ok((notice, all))
}

fn digests(rendered: &Rendered) -> ShownDigests {
    ShownDigests {
        layer: Sha256Digest::of(rendered.first_layer.layer.as_bytes()),
        dialog: Sha256Digest::of(rendered.dialog.as_bytes()),
        declaration: Sha256Digest::of(rendered.declaration.as_bytes()),
    }
}

/// Composes the loaders, language by language, and gathers all that is kept under its hash.
struct Scripts<'a> {
    notice: &'a Notice,
    config: &'a SiteConfig,
    hash: NoticeHash,
    /// The built loader.
    template: &'a str,
    manifest: &'a Manifest,
    server: &'a str,
    /// The loaders, as the consent server serves them.
    loaders: Localized<Loader>,
    /// The digests of those that stand in the pages of the site's own hosts.
    at_edge: Localized<Sha256Digest>,
    parts: Vec<RenderedPart>,
}

impl Scripts<'_> {
    async fn add(
        &mut self,
        language: &LanguageTag,
        rendered: Rendered,
        turn: &Turn,
    ) -> Result<(), ApiError> {
        let site = loader_site(
            self.notice,
            self.config,
            self.hash,
            language,
            self.manifest,
            self.server,
            rendered.first_layer,
        )?;
        let script = put_site(self.template, &site)?;
        let digest = self.keep_loader(language, script.clone());
        self.keep(self.hash.into(), language, Part::Dialog, rendered.dialog);
        let declaration = rendered.declaration;
        self.keep(self.hash.into(), language, Part::Declaration, declaration);
        if self.config.edge.is_some() {
            // Where the site's own host answers, the loader asks that one.
            let site = LoaderSite {
                server: String::new(),
                ..site
            };
            let script = ascii::escape(&put_site(self.template, &site)?);
            let digest = self.keep_loader(language, script);
            self.at_edge.insert(language.clone(), digest);
        }
        turn.pause().await;
        let script = Compressed::new(script)?;
        self.loaders
            .insert(language.clone(), Loader { digest, script });
        Ok(())
    }

    /// Keeps a loader under its own digest, and returns that.
    fn keep_loader(&mut self, language: &LanguageTag, script: String) -> Sha256Digest {
        let digest = Sha256Digest::of(script.as_bytes());
        self.keep(digest, language, Part::Loader, script);
        digest
    }

    fn keep(&mut self, hash: Sha256Digest, language: &LanguageTag, part: Part, body: String) {
        self.parts.push(RenderedPart {
            hash,
            language: language.clone(),
            part,
            body,
        });
    }
}

/// The hosts on which choices are enforced, and what that takes; none where the site has no `edge`.
fn enforced_hosts(
    config: &SiteConfig,
    notice: &Notice,
    loaders: Localized<Sha256Digest>,
) -> Result<EnforcedHosts, ApiError> {
    let Some(edge) = &config.edge else {
        return Ok(EnforcedHosts::default());
    };
    let styles =
        markup::styles(notice.model).map(|style| hash_source(Sha256Digest::of(style.as_bytes())));
    let enforcement = Enforcement::new(config, edge, notice, loaders, styles.to_vec())?;
    Ok(EnforcedHosts {
        authorities: enforcement.authorities(),
        body: serde_json::to_string(&enforcement)?,
    })
}
