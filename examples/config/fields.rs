//! A JSON object, checked field by field.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::{Map, Number, Value};
use talloc::{CtxRef, Node};

use crate::error::{Code, Failure, Res, err};

/// The fields of a JSON object, and where the errors about them go.
///
/// A message names the source and the field. It shows a value only if that is a
/// number out of range: others may be secrets.
pub(crate) struct Fields<'e, 'j> {
    errors: &'e CtxRef,
    source: &'j dyn fmt::Display,
    object: &'j Map<String, Value>,
}

impl<'e, 'j> Fields<'e, 'j> {
    #[track_caller]
    pub(crate) fn of(
        errors: &'e CtxRef,
        source: &'j dyn fmt::Display,
        json: &'j Value,
    ) -> Res<'e, Fields<'e, 'j>> {
        if let Value::Object(object) = json {
            return Ok(Fields { errors, source, object });
        }
        let found = kind(json);
        Err(err(errors, Code::Parse, format_args!("{source}: expected an object, found {found}")))
    }

    /// A text that is there, is not empty, and is one that C can read.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> Res<'e, &'j str> {
        let value = self.required(name)?;
        self.as_text(name, value)
    }

    /// Like [`Fields::text`], but it may be absent or null.
    #[track_caller]
    pub(crate) fn optional_text(&self, name: &str) -> Res<'e, Option<&'j str>> {
        match self.get(name) {
            Some(value) => self.as_text(name, value).map(Some),
            None => Ok(None),
        }
    }

    #[track_caller]
    pub(crate) fn integer<T>(&self, name: &str, range: RangeInclusive<T>) -> Res<'e, T>
    where
        T: TryFrom<i128> + PartialOrd + fmt::Debug,
    {
        let value = self.required(name)?;
        let Some(integer) = value.as_number().and_then(Number::as_i128) else {
            return Err(self.wrong_type(name, "an integer", value));
        };
        match T::try_from(integer) {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => Err(self.out_of_range(name, &integer, &range)),
        }
    }

    #[track_caller]
    pub(crate) fn float(&self, name: &str, range: RangeInclusive<f64>) -> Res<'e, f64> {
        let value = self.required(name)?;
        match value.as_f64() {
            Some(number) if range.contains(&number) => Ok(number),
            Some(number) => Err(self.out_of_range(name, &number, &range)),
            None => Err(self.wrong_type(name, "a number", value)),
        }
    }

    /// An error about a field of the right type whose value means nothing.
    #[track_caller]
    pub(crate) fn invalid(&self, name: &str, why: impl fmt::Display) -> Node<'e, Failure<'e>> {
        self.err(Code::Invalid, name, format_args!("{why}"))
    }

    fn get(&self, name: &str) -> Option<&'j Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    #[track_caller]
    fn required(&self, name: &str) -> Res<'e, &'j Value> {
        match self.get(name) {
            Some(value) => Ok(value),
            None => Err(self.err(Code::Missing, name, format_args!("is missing"))),
        }
    }

    #[track_caller]
    fn as_text(&self, name: &str, value: &'j Value) -> Res<'e, &'j str> {
        let Some(text) = value.as_str() else {
            return Err(self.wrong_type(name, "a string", value));
        };
        match text.find('\0') {
            Some(position) => Err(self.invalid(name, format_args!("NUL at byte {position}"))),
            None if text.is_empty() => Err(self.invalid(name, "is empty")),
            None => Ok(text),
        }
    }

    #[track_caller]
    fn wrong_type(&self, name: &str, expected: &str, value: &Value) -> Node<'e, Failure<'e>> {
        let found = kind(value);
        self.err(Code::WrongType, name, format_args!("expected {expected}, found {found}"))
    }

    #[track_caller]
    fn out_of_range(
        &self,
        name: &str,
        found: &dyn fmt::Display,
        range: &dyn fmt::Debug,
    ) -> Node<'e, Failure<'e>> {
        self.err(Code::OutOfRange, name, format_args!("{found} is not in {range:?}"))
    }

    #[track_caller]
    fn err(&self, code: Code, name: &str, msg: fmt::Arguments<'_>) -> Node<'e, Failure<'e>> {
        err(self.errors, code, format_args!("{}: {name}: {msg}", self.source))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a floating-point number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
