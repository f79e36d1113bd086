//! What every write must hold to, whatever goes wrong with the database.

use super::database::Database;
pub use super::faulty::Fault;

/// Every fault that can befall what `act` does to a database that `prepare` makes.
pub fn every_fault(prepare: impl Fn() -> Database, act: impl Fn(&Database) -> bool) -> Vec<Fault> {
    let database = prepare();
    let before = database.counts();
    assert!(act(&database), "without a fault it goes well");
    let after = database.counts();
    let statements = (1..=after.0 - before.0)
        .flat_map(|nth| [Fault::Refused(nth), Fault::WrittenAndRefused(nth)]);
    let commits = (1..=after.1 - before.1)
        .flat_map(|nth| [Fault::CommitRefused(nth), Fault::CommittedAndRefused(nth)]);
    statements.chain(commits).collect()
}

/// Whatever befalls what `act` does to a database that `prepare` makes: it says that it failed, the
/// database is as before or as after, and doing it again makes it as after. Columns whose values are
/// random are left out.
pub fn assert_whole_or_nothing(
    prepare: impl Fn() -> Database,
    act: impl Fn(&Database) -> bool,
    random: &[&str],
) {
    let before = prepare().dump(random);
    let after = {
        let database = prepare();
        assert!(act(&database), "without a fault it goes well");
        database.dump(random)
    };
    let faults = every_fault(&prepare, &act);
    assert!(!faults.is_empty(), "it writes something");
    for fault in faults {
        let database = prepare();
        database.fail(fault);
        assert!(!act(&database), "{fault:?}");
        let left = database.dump(random);
        match fault {
            Fault::CommittedAndRefused(_) => assert!(left == before || left == after, "{fault:?}"),
            _ => assert_eq!(left, before, "{fault:?}"),
        }
        assert!(act(&database), "{fault:?}, again");
        assert_eq!(database.dump(random), after, "{fault:?}, again");
    }
}
