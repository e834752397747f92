/**
 * Opening SQLite files the way all of ours are opened: WAL, the wanted sync level, migrated to the newest schema, or a reason why not.
 *
 * A schema is a list of SQL scripts; script n brings a file from version n to n + 1. `PRAGMA user_version` holds the version and moves in the same
 * transaction as the script, so a migration that is killed is simply run again. A file of a newer version is refused, never touched.
 * Released scripts are never edited, only followed by new ones. It knows no tables: those belong to store, telemetry and registry.
 */
export { type DatabaseFailure, databaseBytes, openDatabase, openDisposableDatabase } from "./open-database.ts";
export { inTransaction } from "./transaction.ts";
