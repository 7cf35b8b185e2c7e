import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { FakeListChatModel, FakeStreamingLLM } from '@langchain/core/utils/testing';
import { LangChainCache, splitPrompt } from '#sdk/adapters/langchain-cache.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { type NearkeyStore, openNearkeyStore } from '../nearkey-store.js';
import { ScriptedCommander } from '../scripted-commander.js';
import { WordEmbedder } from '../word-embedder.js';

const refund = 'how do i get a refund for my order';
const refundAgain = 'how do i get the refund for my order';

describe('splitPrompt', () => {
  test.each([
    ['no roles here', 'no roles here', ''],
    ['Human: one', 'one', '["Human: ",""]'],
    ['System: be kind\nHuman: one\ntwo', 'one\ntwo', '["System: be kind\\nHuman: ",""]'],
    ['Human: a\nAI: b\nHuman: c', 'c', '["Human: a\\nAI: b\\nHuman: ",""]'],
    ['Human: a\nAI: [{}]\nTool: 3', 'a\n', '["Human: ","AI: [{}]\\nTool: 3"]'],
    ['System: be kind', 'System: be kind', ''],
    ['Note first\nHuman: a', 'Note first\nHuman: a', ''],
  ])('cuts %j', (text, prompt, conversation) => {
    expect(splitPrompt(text)).toEqual({ prompt, conversation });
  });
});

/** The two spellings of the question are 0.889 similar in the word embedder's space. */
const config = { minSimilarity: 0.85 };

describe('LangChainCache on a server', () => {
  let store: NearkeyStore;
  let cacheCount = 0;

  beforeAll(async () => {
    store = await openNearkeyStore();
  });
  afterAll(() => store.stop());

  function freshOwn(): SemanticCache {
    cacheCount += 1;
    const embedder = new WordEmbedder();
    const options = { cacheId: `langchain-${cacheCount}`, commander: store.commander, embedder, guard: null, config };
    return new SemanticCache(options);
  }

  function freshCache(namespace?: string): LangChainCache {
    return new LangChainCache({ cache: freshOwn(), ...(namespace === undefined ? {} : { namespace }) });
  }

  test('lets a chat model answer a paraphrase from the cache', async () => {
    const model = new FakeListChatModel({ responses: ['first', 'second', 'third'], cache: freshCache() });
    const ask = async (system: string, question: string) =>
      (await model.invoke([new SystemMessage(system), new HumanMessage(question)])).content;
    expect(await ask('be kind', refund)).toBe('first');
    expect(await ask('be kind', refundAgain)).toBe('first');
    expect(await ask('be curt', refundAgain)).toBe('second');
    expect(await ask('be kind', 'something else entirely')).toBe('third');
  });

  test('keeps models apart', async () => {
    const cache = freshCache();
    const one = new FakeListChatModel({ responses: ['one'], cache });
    const other = new FakeListChatModel({ responses: ['other'], cache });
    expect((await one.invoke(refund)).content).toBe('one');
    expect((await other.invoke(refund, { stop: ['stopped'] })).content).toBe('stopped');
  });

  test('keeps the whole message: tool calls, usage, metadata, generationInfo', async () => {
    const cache = freshCache();
    const message = new AIMessage({
      content: 'looking',
      id: 'msg-1',
      tool_calls: [{ id: 'call-1', name: 'weather', args: { city: 'Bern' }, type: 'tool_call' }],
      response_metadata: { finish_reason: 'tool_calls', model: 'm' },
    });
    const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };
    Object.assign(message, { usage_metadata: usage });
    const generation = { text: 'looking', message, generationInfo: { finish_reason: 'tool_calls' } };
    await cache.update('Human: weather in Bern', 'key', [generation]);
    const found = await cache.lookup('Human: weather in Bern', 'key');
    expect(found).toHaveLength(1);
    expect(found?.[0]).toMatchObject({ text: 'looking', generationInfo: { finish_reason: 'tool_calls' } });
    const revived: unknown = found?.[0] !== undefined && 'message' in found[0] ? found[0].message : undefined;
    expect(revived).toBeInstanceOf(AIMessage);
    expect(revived).toMatchObject({
      id: 'msg-1',
      tool_calls: message.tool_calls,
      usage_metadata: usage,
      response_metadata: message.response_metadata,
    });
  });

  test('takes what surrounds the last human turn exactly', async () => {
    const cache = freshCache();
    await cache.update(`Human: hi\nAI: hello\nHuman: ${refund}`, 'key', [{ text: 'x' }]);
    expect(await cache.lookup(`Human: hi\nAI: hello\nHuman: ${refundAgain}`, 'key')).toEqual([
      { text: 'x', generationInfo: { nearkey: expect.objectContaining({ status: 'hit', tier: 'semantic' }) } },
    ]);
    expect(await cache.lookup(`Human: hi\nAI: goodbye\nHuman: ${refundAgain}`, 'key')).toBeNull();
    expect(await cache.lookup(`Human: ${refundAgain}`, 'key')).toBeNull();
    expect(await cache.lookup(`Human: hi\nAI: hello\nHuman: ${refund}`, 'other key')).toBeNull();
  });

  test('does not store answers that are not whole, nor prompts it cannot see', async () => {
    const cache = freshCache();
    const cut = new AIMessage({ content: 'half', response_metadata: { stop_reason: 'max_tokens' } });
    await cache.update('Human: a', 'key', [{ text: 'x', generationInfo: { finish_reason: 'length' } }]);
    await cache.update('Human: b', 'key', [Object.assign({ text: 'half' }, { message: cut })]);
    await cache.update('Human: what is this? [image]', 'key', [{ text: 'a cat' }]);
    for (const prompt of ['Human: a', 'Human: b', 'Human: what is this? [image]']) {
      expect(await cache.lookup(prompt, 'key')).toBeNull();
    }
  });

  test('asks anew for an answer whose time is over, within the grace of the cache, too', async () => {
    let nowMs = 1_700_000_000_000;
    const cache = new SemanticCache({
      cacheId: 'langchain-stale',
      commander: store.commander,
      embedder: new WordEmbedder(),
      clock: { nowMs: () => nowMs },
      config: { ...config, graceMs: 60_000 },
    });
    const model = new FakeListChatModel({
      responses: ['first', 'second'],
      cache: new LangChainCache({ cache, ttlMs: 10_000 }),
    });
    expect((await model.invoke(refund)).content).toBe('first');
    nowMs += 11_000;
    expect((await model.invoke(refund)).content).toBe('second');
    expect((await model.invoke(refund)).content).toBe('second');
  });

  test('asks the model once for calls that come at once, where it is told how long to wait', async () => {
    let asked = 0;
    class Counting extends FakeListChatModel {
      override async _generate(...args: Parameters<FakeListChatModel['_generate']>) {
        asked++;
        return super._generate(...args);
      }
    }
    const cache = new LangChainCache({ cache: freshOwn(), waitMs: 10_000 });
    const model = new Counting({ responses: ['one', 'two'], cache });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => model.invoke(at % 2 === 0 ? refund : refundAgain)),
    );
    expect([asked, new Set(answers.map(({ content }) => content))]).toEqual([1, new Set(['one'])]);
    const said = answers.map(({ response_metadata }) => JSON.stringify(response_metadata));
    expect(said.filter((metadata) => !metadata.includes('nearkey'))).toHaveLength(1);
    expect(said.some((metadata) => metadata.includes('"status":"shared"'))).toBe(true);
  });

  test('says what a hit saved, and keeps tenants apart', async () => {
    let tenant = 'one';
    const cache = new LangChainCache({ cache: freshOwn(), callerOf: () => ({ tenant }) });
    const message = new AIMessage({ content: 'yes', response_metadata: {} });
    Object.assign(message, {
      usage_metadata: { input_tokens: 1_000_000, output_tokens: 100_000, total_tokens: 1_100_000 },
    });
    const key = '_type:"openai",model_name:"gpt-4o-2024-11-20"';
    await cache.update(`Human: ${refund}`, key, [Object.assign({ text: 'yes' }, { message })]);
    const [found] = (await cache.lookup(`Human: ${refund}`, key)) ?? [];
    expect(found).toMatchObject({
      generationInfo: { nearkey: { tier: 'exact', hitDollars: 3.5 } },
      message: { response_metadata: { nearkey: { hitDollars: 3.5 } } },
    });
    tenant = 'other';
    expect(await cache.lookup(`Human: ${refund}`, key)).toBeNull();
  });

  test('serves a plain language model', async () => {
    const cache = freshCache('acme');
    const model = new FakeStreamingLLM({ responses: ['one', 'two'], cache });
    expect(await model.invoke(refund)).toBe('one');
    expect(await model.invoke(refundAgain)).toBe('one');
  });

  test('answers an agent turn only with the same tool results', async () => {
    const cache = freshCache();
    const model = new FakeListChatModel({ responses: ['rain', 'sun'], cache });
    const turn = (result: string) => [
      new HumanMessage('weather in Bern'),
      new AIMessage({ content: '', tool_calls: [{ id: 'c', name: 'weather', args: {}, type: 'tool_call' }] }),
      new ToolMessage({ content: result, tool_call_id: 'c' }),
    ];
    expect((await model.invoke(turn('wet'))).content).toBe('rain');
    expect((await model.invoke(turn('dry'))).content).toBe('sun');
    expect((await model.invoke(turn('wet'))).content).toBe('rain');
  });
});

test('a cache that is ill is a miss, and somebody hears of it', async () => {
  const commander = new ScriptedCommander(() => new Error('Connection is closed.'));
  const heard: unknown[] = [];
  const cache = new LangChainCache({
    cache: new SemanticCache({ cacheId: 'c', commander, embedder: new WordEmbedder() }),
    onError: (error, operation) => heard.push([operation, error]),
  });
  const model = new FakeListChatModel({ responses: ['answer'], cache });
  expect((await model.invoke('question')).content).toBe('answer');
  const storeUnavailable = expect.objectContaining({ code: 'store-unavailable' });
  expect(heard).toEqual([
    ['lookup', storeUnavailable],
    ['update', storeUnavailable],
  ]);
});
