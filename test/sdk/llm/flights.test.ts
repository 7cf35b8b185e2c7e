import { type FlightQuestion, Flights } from '#sdk/llm/flights.js';

const question = (exact: string, scope = 's', cacheId = 'c'): FlightQuestion => ({
  cacheId,
  scope,
  exact,
  prompt: exact,
  vector: undefined,
});

describe('flights', () => {
  test('are found by equal questions of the same cache, and by others of their scope', () => {
    const flights = new Flights();
    const flight = flights.begin(question('a'));
    expect(flights.same(question('a'), flights.moment)).toBe(flight);
    expect(flights.same(question('a', 's', 'other'), flights.moment)).toBeUndefined();
    expect(flights.others(question('b'), flights.moment)).toEqual([flight]);
    expect(flights.others(question('b', 't'), flights.moment)).toEqual([]);
    expect(flights.begin(question('a'))).toBeUndefined();
  });

  test('that have landed are found by requests that began before, and by no others', async () => {
    const flights = new Flights();
    const before = flights.moment;
    const flight = flights.begin(question('a'));
    if (flight === undefined) throw new Error('not begun');
    const answer = { format: 'x', text: 'y', body: 'z', usage: { inputTokens: 0, outputTokens: 0 } };
    flight.land({ outcome: 'answer', answer });
    flights.landed(flight);
    expect(await flight.landing).toEqual({ outcome: 'answer', answer });
    expect(flights.same(question('a'), before)).toBe(flight);
    expect(flights.same(question('a'), flights.moment)).toBeUndefined();
    expect(flights.others(question('b'), flights.moment)).toEqual([]);
    const next = flights.begin(question('a'));
    expect(flights.same(question('a'), flights.moment)).toBe(next);
    flights.forget(flight);
    expect(flights.same(question('a'), flights.moment)).toBe(next);
  });

  test('leave nothing behind when they are forgotten', () => {
    const flights = new Flights();
    const begun = ['a', 'b', 'c'].map((exact) => flights.begin(question(exact)));
    for (const flight of begun) if (flight !== undefined) flights.forget(flight);
    expect([flights.size, flights.others(question('d'), 0)]).toEqual([0, []]);
  });

  test('are limited in number; those that have landed make room', () => {
    const flights = new Flights();
    const since = flights.moment;
    const begun = Array.from({ length: 4096 }, (_, i) => flights.begin(question(`q${i}`)));
    expect(flights.begin(question('one more'))).toBeUndefined();
    for (const flight of begun.slice(6, 8)) if (flight !== undefined) flights.landed(flight);
    expect(flights.begin(question('one more'))).toBeDefined();
    expect([flights.same(question('q6'), since), flights.same(question('q7'), since)]).toEqual([undefined, begun[7]]);
  });

  test('that were forgotten before they landed are not found again', () => {
    const flights = new Flights();
    const flight = flights.begin(question('a'));
    if (flight === undefined) throw new Error('not begun');
    flights.forget(flight);
    const next = flights.begin(question('a'));
    flights.landed(flight);
    expect([flights.same(question('a'), 0), flights.size]).toEqual([next, 1]);
  });
});
