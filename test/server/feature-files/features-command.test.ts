import { type CommandSurroundings, featuresHelp, runFeaturesCommand } from '#server/feature-files/features-command.js';

function surroundings(): CommandSurroundings & { readonly said: string[]; readonly complained: string[] } {
  const said: string[] = [];
  const complained: string[] = [];
  return {
    clock: { nowMs: () => 0, monotonicUs: () => 0 },
    output: { write: (text) => said.push(text) },
    complaints: { write: (text) => complained.push(text) },
    pause: async () => undefined,
    apiKey: undefined,
    said,
    complained,
  };
}

test.each([[[]], [['--help']], [['load', '--help']]])('%j prints the help', async (argv) => {
  const around = surroundings();
  expect(await runFeaturesCommand(argv, around)).toBe(0);
  expect(around.said).toEqual([featuresHelp]);
});

test.each([
  [['unload'], "there is no command 'features unload'"],
  [['load'], 'features load takes one file'],
  [['load', 'a.csv', 'b.csv'], 'features load takes one file'],
  [['load', 'a.csv'], 'features load needs --group'],
  [['load', 'a.txt', '--group', 'g'], 'the format of a.txt is not known: --format csv|jsonl|parquet'],
  [['load', 'a.csv', '--group', 'g', '--url', 'here'], "'here' is no origin"],
  [
    ['load', 'a.csv', '--group', 'g', '--url', 'http://h', '--store', 'redis://h'],
    '--url and --store exclude each other',
  ],
  [['load', 'a.csv', '--groop', 'g'], "Unknown option '--groop'"],
])('%j is one clear line and a failure', async (argv, complaint) => {
  const around = surroundings();
  expect(await runFeaturesCommand(argv, around)).toBe(1);
  expect(around.said).toEqual([]);
  expect(around.complained.join('')).toMatch(/^nearkey: .* \(see nearkey features --help\)\n$/);
  expect(around.complained.join('')).toContain(complaint);
});
