import { readFileSync, writeFileSync } from 'node:fs';
import * as core from '@actions/core';
import { error, notice, warning } from '@actions/core';
import { runAction } from './action.ts';

const ANNOTATE = { error, warning, notice };

runAction({
  input: (name) => core.getInput(name),
  output: (name, value) => core.setOutput(name, value),
  annotate: ({ level, message, ...place }) => ANNOTATE[level](message, place),
  warn: (message) => core.warning(message),
  fail: (message) => core.setFailed(message),
  log: (text) => {
    // A line that begins with `::` would be a command.
    for (const line of text.split(/\r?\n|\r/)) core.info(`| ${line}`);
  },
  summarize: async (markdown) => {
    await core.summary.addRaw(markdown).write();
  },
  readFile: (path) => readFileSync(path, 'utf8'),
  writeFile: (path, text) => writeFileSync(path, text),
  env: process.env,
  today: new Date().toISOString().slice(0, 10),
}).then((code) => {
  process.exitCode = code;
});
