import { CommandScript } from '#sdk/command-script.js';
import { startInProcess } from '../support/in-process.js';
import { ScriptedCommander } from './scripted-commander.js';

test('sends a script to servers that do not know it, and its digest to those that do', async () => {
  const { commander } = startInProcess().server;
  const sent: string[] = [];
  const noting = {
    call: (
      command: string,
      ...args: Parameters<typeof commander.call> extends [string, ...infer Rest] ? Rest : never
    ) => {
      sent.push(command);
      return commander.call(command, ...args);
    },
  };
  const script = new CommandScript("return {KEYS[1], ARGV[1], 'once'}");
  expect(await script.run(noting, ['k'], [1])).toEqual(['k', '1', 'once']);
  expect(await script.run(noting, ['k'], [2])).toEqual(['k', '2', 'once']);
  expect(sent).toEqual(['EVALSHA', 'EVAL', 'EVALSHA']);
});

test('fails with the code of what the store said', async () => {
  const { commander } = startInProcess().server;
  await expect(new CommandScript('return nothing(').run(commander, [], [])).rejects.toMatchObject({
    code: 'store-failed',
  });
});

test('asks once for what fails otherwise, and fails as its owner says', async () => {
  const commander = new ScriptedCommander(() => new Error('OOM no memory'));
  const failing = new CommandScript('return 7', (error, command) => new Error(`${command} said ${String(error)}`));
  await expect(failing.run(commander, ['k'], [])).rejects.toThrow('EVALSHA said Error: OOM no memory');
  expect(commander.calls).toHaveLength(1);
});
