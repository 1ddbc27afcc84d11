import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { temporaryFolder } from '../support/command.ts';
import { testRunStore } from './contract.ts';

testRunStore(() => {
  const directory = temporaryFolder();
  return () => createSqliteStore(directory);
});
