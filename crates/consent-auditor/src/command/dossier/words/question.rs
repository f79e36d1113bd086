//! The words of the filters that are no field of a record.

super::words! {
    /// The words of a question.
    Question {
        from: "À partir de", "From";
        to: "Avant", "Before";
        any_purpose: "Une finalité facultative", "Any optional purpose";
        served: "Suit un chargeur servi par ce serveur", "Follows a loader that this server served";
    }
}
