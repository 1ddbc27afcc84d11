import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Database, type DatabaseKind, inMemory } from '../../src/state/database.ts';
import { temporaryFolder } from '../support/command.ts';

const kind: DatabaseKind = {
  applicationId: 0x54455354,
  version: 1,
  name: 'database of a test',
  schema: 'CREATE TABLE notes (note TEXT)',
};

const notesOf = (database: Database): readonly string[] =>
  database.all<{ note: string }>('SELECT note FROM notes ORDER BY rowid').map(({ note }) => note);

const write = (database: Database, note: string): number => database.run('INSERT INTO notes VALUES (?)', note);

describe('a database', () => {
  test('that was closed is one file, and can be opened again by the same process', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.db');
    for (const note of ['first', 'second', 'third']) {
      const database = Database.open(path, kind);
      write(database, note);
      database.close();
      expect(readdirSync(folder)).toEqual(['a.db']);
    }
    const database = Database.open(path, kind);
    expect(notesOf(database)).toEqual(['first', 'second', 'third']);
    database.close();
  });

  test('of another kind is refused, and stays what it is', () => {
    const path = join(temporaryFolder(), 'a.db');
    Database.open(path, kind).close();
    expect(() => Database.open(path, { ...kind, applicationId: 1, name: 'new one' })).toThrow(/it is not a new one/);
    Database.open(path, kind).close();
  });

  test('does all of a transaction or nothing of it, and one within another is part of it', () => {
    const database = Database.open(inMemory, kind);
    const failing = (): void => {
      database.transaction(() => {
        write(database, 'outer');
        database.transaction(() => write(database, 'inner'));
        throw new Error('no');
      });
    };
    expect(failing).toThrow('no');
    expect(notesOf(database)).toEqual([]);
    database.transaction(() => database.transaction(() => write(database, 'kept')));
    database.repeatableTransaction(() => write(database, 'kept, too'));
    expect(notesOf(database)).toEqual(['kept', 'kept, too']);
    database.close();
  });
});
