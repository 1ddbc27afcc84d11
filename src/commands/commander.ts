import { createRequire } from 'node:module';
import type * as Commander from 'commander';

// Commander is CommonJS. An import would first search it for the names that it exports, which takes as long as loading it.
const commander = createRequire(import.meta.url)('commander') as typeof Commander;

export const { Argument, Command, CommanderError, Help, InvalidArgumentError, Option } = commander;
export type Argument = Commander.Argument;
export type Command = Commander.Command;
export type Option = Commander.Option;
