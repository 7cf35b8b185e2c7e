import type { CommandArgument } from '#sdk/commander.js';
import { CacheSavings, SAVINGS_DAYS_MAX, type Saving } from '#sdk/semantic-cache/cache-savings.js';
import { startInProcess } from '../../support/in-process.js';

const saving: Saving = { model: 'gpt-5', inputTokens: 3, outputTokens: 5, dollars: 0.25, latencyMs: 800 };

function opened() {
  const { server, clock } = startInProcess();
  const state = { isIll: false };
  const writes: CommandArgument[] = [];
  const commander = {
    call(command: string, ...args: CommandArgument[]) {
      if (state.isIll) return Promise.reject(new Error('Connection is closed.'));
      if (command === 'HINCRBY') writes.push(args[1] ?? '');
      return server.commander.call(command, ...args);
    },
  };
  const another = () => new CacheSavings({ commander, keyPrefix: 'savings:', clock });
  return { commander, clock, state, writes, savings: another(), another };
}

test('adds up by day and model, of all processes', async () => {
  const { savings, another, clock } = opened();
  savings.count(saving);
  savings.count({ ...saving, dollars: 0, latencyMs: 0 });
  savings.count({ ...saving, model: 'a:b' });
  await savings.save();
  clock.advance(86_400_000);
  const second = another();
  second.count(saving);
  expect(await second.read(2)).toEqual([
    { day: '2023-11-15', models: [{ ...saving, answers: 1 }] },
    {
      day: '2023-11-14',
      models: [
        { ...saving, model: 'a:b', answers: 1 },
        { model: 'gpt-5', answers: 2, inputTokens: 6, outputTokens: 10, dollars: 0.25, latencyMs: 800 },
      ],
    },
  ]);
  expect((await savings.read(1)).map(({ day }) => day)).toEqual(['2023-11-15']);
});

test('writes at most once a second, and what waits when it is read', async () => {
  const { savings, clock, writes } = opened();
  savings.count(saving);
  await savings.save();
  expect(writes).toEqual(['answers:gpt-5', 'input:gpt-5', 'output:gpt-5', 'nanodollars:gpt-5', 'ms:gpt-5']);
  writes.length = 0;
  for (let i = 0; i < 10; i++) savings.count(saving);
  expect(writes).toEqual([]);
  expect((await savings.read(1))[0]?.models[0]?.answers).toBe(11);
  expect(writes.length).toBe(5);
  clock.advance(1_000);
  savings.count(saving);
  await savings.save();
  expect(writes.length).toBe(10);
});

test('keeps what a store that is ill did not take', async () => {
  const { savings, state } = opened();
  state.isIll = true;
  savings.count(saving);
  await savings.save();
  await expect(savings.read(1)).rejects.toMatchObject({ code: 'store-unavailable' });
  state.isIll = false;
  expect((await savings.read(1))[0]?.models).toEqual([{ ...saving, answers: 1 }]);
});

test('counts no numbers that no store could add', async () => {
  const { savings } = opened();
  savings.count({ ...saving, inputTokens: 1.4, outputTokens: Number.POSITIVE_INFINITY, dollars: -1 });
  expect((await savings.read(1))[0]?.models).toEqual([
    { ...saving, answers: 1, inputTokens: 1, outputTokens: 0, dollars: 0 },
  ]);
});

test('has bounds: of days, of models a day, of their names', async () => {
  const { savings, commander, clock } = opened();
  for (let i = 0; i < 250; i++) savings.count({ ...saving, model: `model-${i}` });
  savings.count({ ...saving, model: 'x'.repeat(100) });
  const [today] = await savings.read(1);
  expect(today?.models.length).toBe(201);
  expect(today?.models.find(({ model }) => model === 'other')?.answers).toBe(51);
  clock.advance(SAVINGS_DAYS_MAX * 86_400_000 + 1);
  expect(await commander.call('EXISTS', 'savings:2023-11-14')).toBe(0);
});
