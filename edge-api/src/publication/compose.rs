//! Makes from a site's configuration everything that a publication hands on: the notice, what is
//! rendered from it in each language, and the edition.

use crate::directory::protocol::{Part, Registration, RenderedPart};
use crate::edition::{
    Edition, EditionByLaw, EnforcedByLaw, Enforcement, Loader, Placed, hash_source,
};
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
use consent_core::jurisdiction::Jurisdiction;
use consent_core::loader::LoaderSite;
use consent_core::log_origin::Shard;
use consent_core::notice::{BundleDigests, ShownDigests};
use consent_core::stored::AskedByPlace;
use consent_core::text::{LanguageTag, Localized};
use consent_core::{Notice, NoticeHash, Sha256Digest, SiteConfig, SiteId};
use consent_widget::markup::{self, Rendered};
use edge_gate::Question;
use std::collections::BTreeMap;
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
    let mut drafted = Vec::new();
    for law in config.laws() {
        drafted.push(Drafted::new(env, site, &config, law, manifest, turn).await?);
    }
    let notices = || drafted.iter().map(|drafted| &drafted.notice);
    let choices: Vec<_> = notices()
        .map(|notice| AskedByPlace::by(notice, notices()))
        .collect();
    let mut composed = Vec::new();
    for (drafted, choice) in drafted.into_iter().zip(choices) {
        let mut scripts = Scripts::new(drafted, choice, manifest, server);
        scripts.add_all(turn).await?;
        composed.push(scripts);
    }
    let mut composed = composed.into_iter();
    let (Some(own), by_law) = (composed.next(), composed.collect::<Vec<_>>()) else {
        return Err(ApiError::Internal(
            "a configuration without a law".to_owned(),
        ));
    };
    together(site, config, own, by_law, permission)
}

/// Puts together what was made for every law: first the one that applies where no other does.
fn together(
    site: &SiteId,
    config: SiteConfig,
    own: Scripts<'_>,
    by_law: Vec<Scripts<'_>>,
    permission: &Permission,
) -> Result<Composed, ApiError> {
    let hosts = enforced_hosts(&config, &own, &by_law)?;
    let mut registration = Registration {
        site: site.clone(),
        shards: config.shards,
        hash: own.hash,
        notice: own.text()?,
        by_law: Vec::new(),
        parts: own.parts,
        hosts: hosts::claims(&hosts.authorities, permission),
    };
    let mut laws = BTreeMap::new();
    for scripts in by_law {
        registration.by_law.push((scripts.hash, scripts.text()?));
        registration.parts.extend(scripts.parts);
        let edition = EditionByLaw {
            notice: scripts.hash,
            terms: scripts.notice.terms(),
            also: scripts.choice.also,
            loaders: scripts.loaders,
        };
        laws.insert(scripts.notice.jurisdiction, edition);
    }
    Ok(Composed {
        registration,
        hosts,
        edition: Edition {
            site: site.clone(),
            shards: config.shards,
            shard: Shard::FIRST,
            notice: own.hash,
            material: own.notice.material(),
            terms: own.notice.terms(),
            also: own.choice.also,
            laws,
            origins: config.origins,
            cookie_domain: config.cookie_domain,
            imports: !config.import_from.is_empty(),
            left: None,
            languages: own.notice.languages,
            loaders: own.loaders,
        },
    })
}

/// What is made for the visitors of one law, before what they are asked is known to the others.
struct Drafted {
    /// The configuration under that law.
    config: SiteConfig,
    notice: Notice,
    rendered: Vec<(LanguageTag, Rendered)>,
    /// The built loader.
    template: String,
}

impl Drafted {
    async fn new(
        env: &Env,
        site: &SiteId,
        config: &SiteConfig,
        law: Jurisdiction,
        manifest: &Manifest,
        turn: &Turn,
    ) -> Result<Self, ApiError> {
        let by_place = law != config.jurisdiction;
        let config = config.under(law);
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
        let mut notice = Notice::new(site.clone(), config.clone(), bundle);
        notice.by_place = by_place;
        let rendered = render(&mut notice, turn).await?;
        Ok(Self {
            config,
            notice,
            rendered,
            template,
        })
    }
}

/// What is rendered from a notice in each of its languages. It then states the digests of that.
async fn render(
    notice: &mut Notice,
    turn: &Turn,
) -> Result<Vec<(LanguageTag, Rendered)>, ApiError> {
    let mut all = Vec::new();
    for language in &notice.languages {
        turn.pause().await;
        let rendered = markup::render(notice, language, &Intl);
        let missing = || ApiError::Internal(format!("the notice has no texts in {language}"));
        all.push((language.clone(), rendered.ok_or_else(missing)?));
    }
    notice.shown = all
        .iter()
        .map(|(language, rendered)| (language.clone(), digests(rendered)))
        .collect();
    Ok(all)
}

fn digests(rendered: &Rendered) -> ShownDigests {
    ShownDigests {
        layer: Sha256Digest::of(rendered.first_layer.layer.as_bytes()),
        dialog: Sha256Digest::of(rendered.dialog.as_bytes()),
        declaration: Sha256Digest::of(rendered.declaration.as_bytes()),
    }
}

/// Composes the loaders for the visitors of one law, language by language, and gathers all that is kept under its hash.
struct Scripts<'a> {
    config: SiteConfig,
    notice: Notice,
    /// The notice's bytes.
    bytes: Vec<u8>,
    hash: NoticeHash,
    choice: AskedByPlace,
    rendered: Vec<(LanguageTag, Rendered)>,
    template: String,
    manifest: &'a Manifest,
    server: &'a str,
    /// The loaders, as the consent server serves them.
    loaders: Localized<Loader>,
    /// The digests of those that stand in the pages of the site's own hosts.
    at_edge: Localized<Sha256Digest>,
    parts: Vec<RenderedPart>,
}

impl<'a> Scripts<'a> {
    fn new(
        drafted: Drafted,
        choice: AskedByPlace,
        manifest: &'a Manifest,
        server: &'a str,
    ) -> Self {
        let Drafted {
            config,
            notice,
            rendered,
            template,
        } = drafted;
        let bytes = notice.to_bytes();
        Self {
            hash: NoticeHash::of(&bytes),
            bytes,
            config,
            notice,
            choice,
            rendered,
            template,
            manifest,
            server,
            loaders: Localized::new(),
            at_edge: Localized::new(),
            parts: Vec::new(),
        }
    }

    /// The notice, as it is kept.
    fn text(&self) -> Result<String, ApiError> {
        String::from_utf8(self.bytes.clone()).map_err(|error| ApiError::Internal(error.to_string()))
    }

    async fn add_all(&mut self, turn: &Turn) -> Result<(), ApiError> {
        for (language, rendered) in std::mem::take(&mut self.rendered) {
            turn.pause().await;
            self.add(&language, rendered, turn).await?;
        }
        Ok(())
    }

    async fn add(
        &mut self,
        language: &LanguageTag,
        rendered: Rendered,
        turn: &Turn,
    ) -> Result<(), ApiError> {
        let mut site = loader_site(
            &self.notice,
            &self.config,
            self.hash,
            language,
            self.manifest,
            self.server,
            rendered.first_layer,
        )?;
        site.also = self.choice.also.clone();
        let script = put_site(&self.template, &site)?;
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
            let script = ascii::escape(&put_site(&self.template, &site)?);
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

    /// What is placed in the pages of the site's own hosts.
    fn placed(&self) -> Placed {
        let styles = markup::styles(&self.notice).into_iter();
        let styles = styles.map(|style| hash_source(Sha256Digest::of(style.as_bytes())));
        Placed {
            loaders: self.at_edge.clone(),
            styles: styles.collect(),
        }
    }
}

/// The hosts on which choices are enforced, and what that takes; none where the site has no `edge`.
fn enforced_hosts(
    config: &SiteConfig,
    own: &Scripts<'_>,
    by_law: &[Scripts<'_>],
) -> Result<EnforcedHosts, ApiError> {
    let Some(edge) = &config.edge else {
        return Ok(EnforcedHosts::default());
    };
    let laws = by_law.iter().map(|scripts| {
        let enforced = EnforcedByLaw {
            question: Question::new(&scripts.notice, scripts.choice.clone()),
            placed: scripts.placed(),
        };
        (scripts.notice.jurisdiction, enforced)
    });
    let enforcement = Enforcement::new(
        config,
        edge,
        &own.notice,
        own.choice.clone(),
        own.placed(),
        laws.collect(),
    )?;
    Ok(EnforcedHosts {
        authorities: enforcement.authorities(),
        body: serde_json::to_string(&enforcement)?,
    })
}
