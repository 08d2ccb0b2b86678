//! Descriptions that no item of ours can carry: those of the arguments that every list has, written once, and that of the library's scalar.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
    parser::types::Field,
    registry::{MetaType, Registry},
};

const ARGUMENTS: &[(&str, &str)] = &[
    ("first", "So many rows from the start, 0 to 100; 20 when neither `first` nor `last` is given (前若干条)."),
    ("after", "Only rows behind this cursor, e.g. the `endCursor` of the page before (在此游标之后)."),
    ("last", "So many rows from the end, 0 to 100; not together with `first` (后若干条)."),
    ("before", "Only rows in front of this cursor (在此游标之前)."),
    ("filter", "Which rows are wanted; all within your reach when left out (筛选条件)."),
    ("orderBy", "What the rows are ordered by, the first first; by id, that is by age, when left out (排序)."),
];

const JSON: &str = "Any JSON value: what programs may read and people need not (任意 JSON 值).";

/// A root type that fills those descriptions in for all types below it.
#[derive(Default)]
pub struct Described<T>(T);

fn describe(registry: &mut Registry) {
    for meta in registry.types.values_mut() {
        let fields = match meta {
            MetaType::Object { fields, .. } => fields,
            MetaType::Scalar { name, description, .. } if name == "JSON" => {
                *description = Some(JSON.to_owned());
                continue;
            }
            _ => continue,
        };
        for argument in fields.values_mut().flat_map(|field| field.args.values_mut()) {
            let known = ARGUMENTS.iter().find(|(name, _)| *name == argument.name);
            if let (None, Some((_, description))) = (&argument.description, known) {
                argument.description = Some((*description).to_owned());
            }
        }
    }
}

#[async_trait::async_trait]
impl<T: ObjectType> OutputType for Described<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = T::create_type_info(registry);
        describe(registry);
        name
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}

#[async_trait::async_trait]
impl<T: ObjectType> ContainerType for Described<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }

    fn collect_all_fields<'a>(
        &'a self,
        ctx: &ContextSelectionSet<'a>,
        fields: &mut async_graphql::resolver_utils::Fields<'a>,
    ) -> ServerResult<()> {
        self.0.collect_all_fields(ctx, fields)
    }
}

impl<T: ObjectType> ObjectType for Described<T> {}
