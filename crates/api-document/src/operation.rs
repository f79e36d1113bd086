//! One operation of the API, as it is declared.

use crate::schemas::Schemas;
use consent_core::api::Role;
use consent_core::problem::ProblemType;
use schemars::JsonSchema;
use serde_json::{Value, json};

/// Makes a schema.
pub type Shape = fn(&mut Schemas) -> Value;

/// A method of HTTP that the API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Put,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// Its name, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Post => "post",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Open,
    /// Whoever has a token, of any role.
    AnyToken,
    /// Whoever has a token of one of these roles.
    Roles(&'static [Role]),
    /// The visitor who has the secret of the consent.
    Secret,
    /// A page of one of the site's origins.
    Page,
}

/// A parameter that stands after `?`, or in a header.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `query` or `header`.
    pub place: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Its schema.
    pub shape: Shape,
    /// Whether it must be given.
    pub required: bool,
    /// Its value in the example of the operation, if it is part of it.
    pub example: Option<&'static str>,
}

/// A body.
#[derive(Clone, Debug)]
pub struct Body {
    /// The media type.
    pub media: &'static str,
    /// The schema.
    pub shape: Shape,
}

/// An answer that is no problem.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What it means.
    pub about: &'static str,
    /// Its body, by media type; none where it has none.
    pub bodies: Vec<Body>,
}

/// An operation.
#[derive(Clone, Debug)]
#[must_use]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path template.
    pub path: &'static str,
    /// What it is listed under.
    pub tag: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What else must be known.
    pub more: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Its parameters, without those of the path.
    pub parameters: Vec<Parameter>,
    /// The body that it reads, and its example.
    pub body: Option<(Shape, Value)>,
    /// What it answers.
    pub answers: Vec<Answer>,
    /// The problems that it answers.
    pub problems: Vec<ProblemType>,
}

impl Operation {
    /// An operation that answers nothing yet, and can fail as every one can.
    pub fn new(
        method: Method,
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        summary: &'static str,
    ) -> Self {
        let mut problems = vec![ProblemType::Internal, ProblemType::Interrupted];
        // What is no site's name.
        if path.contains("{site}") {
            problems.push(ProblemType::UnknownSite);
        }
        Self {
            id,
            method,
            path,
            tag,
            summary,
            more: "",
            access: Access::Open,
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            problems,
        }
    }

    /// What else must be known.
    pub fn more(mut self, more: &'static str) -> Self {
        self.more = more;
        self
    }

    /// Needs a token of one of these roles.
    pub fn token(mut self, roles: &'static [Role]) -> Self {
        self.access = Access::Roles(roles);
        self.guarded().problem(ProblemType::Forbidden)
    }

    /// Needs a token of whatever role.
    pub fn any_token(mut self) -> Self {
        self.access = Access::AnyToken;
        self.guarded()
    }

    fn guarded(self) -> Self {
        self.problems(&[
            ProblemType::MissingToken,
            ProblemType::WrongToken,
            ProblemType::TooManyWrongTokens,
            ProblemType::Setting,
            ProblemType::UnknownSchema,
        ])
    }

    /// Needs the secret of the consent, and may be called from the site's pages. So many as a site sends are answered.
    pub fn secret(self) -> Self {
        let mut operation = self.page();
        operation.access = Access::Secret;
        operation.problem(ProblemType::MissingSecret)
    }

    /// Is called from a page of one of the site's origins.
    pub fn page(mut self) -> Self {
        self.access = Access::Page;
        self.of_site().problems(&[
            ProblemType::WrongOrigin,
            ProblemType::TooManyRequests,
            ProblemType::Setting,
        ])
    }

    /// Is about a site that is published: the site's object answers.
    pub fn of_site(self) -> Self {
        self.problems(&[ProblemType::UnknownSite, ProblemType::SiteLeft])
            .stored()
    }

    /// Reads what is stored.
    pub fn stored(self) -> Self {
        self.problem(ProblemType::UnknownSchema)
            .problem(ProblemType::MissingKey)
    }

    /// Reads a parameter after `?`.
    pub fn query<T: JsonSchema>(mut self, name: &'static str, about: &'static str) -> Self {
        self.parameters.push(Parameter {
            name,
            place: "query",
            about,
            shape: |schemas| schemas.read::<T>(),
            required: false,
            example: None,
        });
        self
    }

    /// Reads a parameter after `?` that no type of ours has.
    pub fn query_of(mut self, name: &'static str, shape: Shape, about: &'static str) -> Self {
        self.parameters.push(Parameter {
            name,
            place: "query",
            about,
            shape,
            required: false,
            example: None,
        });
        self
    }

    /// Reads a header, which must be there.
    pub fn header<T: JsonSchema>(
        mut self,
        name: &'static str,
        about: &'static str,
        example: &'static str,
    ) -> Self {
        self.parameters.push(Parameter {
            name,
            place: "header",
            about,
            shape: |schemas| schemas.read::<T>(),
            required: true,
            example: Some(example),
        });
        self
    }

    /// The last parameter must be given.
    pub fn required(mut self) -> Self {
        if let Some(last) = self.parameters.last_mut() {
            last.required = true;
        }
        self
    }

    /// The value of the last parameter in the example.
    pub fn example(mut self, value: &'static str) -> Self {
        if let Some(last) = self.parameters.last_mut() {
            last.example = Some(value);
        }
        self
    }

    /// Reads a body, of which this is an example.
    pub fn reads<T: JsonSchema>(mut self, example: Value) -> Self {
        self.body = Some((|schemas| schemas.read::<T>(), example));
        self.problems(&[ProblemType::TooLarge, ProblemType::Malformed])
    }

    /// Answers JSON.
    pub fn json<T: JsonSchema>(self, status: u16, about: &'static str) -> Self {
        let shape: Shape = |schemas| schemas.answered::<T>();
        self.body("application/json", shape, status, about)
    }

    /// Answers text, or bytes, of a media type.
    pub fn text(self, media: &'static str, about: &'static str) -> Self {
        self.body(media, |_| json!({ "type": "string" }), 200, about)
    }

    /// Answers a body of a media type; several for one status are told apart by it.
    pub fn body(
        mut self,
        media: &'static str,
        shape: Shape,
        status: u16,
        about: &'static str,
    ) -> Self {
        let body = Body { media, shape };
        match self.answers.iter_mut().find(|one| one.status == status) {
            Some(answer) => answer.bodies.push(body),
            None => self.answers.push(Answer {
                status,
                about,
                bodies: vec![body],
            }),
        }
        self
    }

    /// Answers a status without a body.
    pub fn empty(mut self, status: u16, about: &'static str) -> Self {
        self.answers.push(Answer {
            status,
            about,
            bodies: Vec::new(),
        });
        self
    }

    /// Answers 304 to whoever has it already.
    pub fn conditional(self) -> Self {
        self.empty(304, "The client has it already (`If-None-Match`)")
    }

    /// Answers a problem.
    pub fn problem(mut self, problem: ProblemType) -> Self {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        self
    }

    /// Answers these problems.
    pub fn problems(self, problems: &[ProblemType]) -> Self {
        problems.iter().copied().fold(self, Self::problem)
    }

    /// The names of the parameters of its path, in order.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        let pieces = self.path.split('{').skip(1);
        pieces.filter_map(|piece| Some(piece.split_once('}')?.0))
    }
}
