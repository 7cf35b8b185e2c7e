import { EmbedderError } from '#sdk/embedders/embedder.js';
import { PackagedEmbedder } from '#sdk/embedders/packaged-embedder.js';

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) throw new Error('a vector is missing');
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

async function failure(promise: Promise<unknown>): Promise<EmbedderError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof EmbedderError) return error;
  throw new Error(`expected an EmbedderError, received ${String(error)}`);
}

describe('PackagedEmbedder with its model', () => {
  const embedder = new PackagedEmbedder();
  afterAll(() => embedder.close());

  test('answers unit vectors, one a text, in order', async () => {
    const texts = ['How do I cancel my card?', 'Where is the nearest branch?', 'How do I cancel my card?'];
    const vectors = await embedder.embed(texts);
    expect(vectors.map((vector) => vector.length)).toEqual([512, 512, 512]);
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(dot(vectors[0], vectors[1])).toBeLessThan(0.6);
  });

  test('puts a paraphrase nearer than another question', async () => {
    const [question, paraphrase, other] = await embedder.embed([
      'How can I reset my password?',
      'I forgot my password, how do I get a new one?',
      'What time do you open on Sundays?',
    ]);
    expect(dot(question, paraphrase)).toBeGreaterThan(dot(question, other) + 0.2);
  });

  test('answers concurrent calls each with their own vectors', async () => {
    const texts = Array.from({ length: 40 }, (_, number) => `question number ${number}`);
    const alone = await embedder.embed(texts);
    const together = await Promise.all(texts.map(async (text) => (await embedder.embed([text]))[0]));
    expect(together).toEqual(alone);
  });

  test('answers no vectors for no texts', async () => {
    expect(await embedder.embed([])).toEqual([]);
  });

  test('refuses a text that it would have to cut', async () => {
    const error = await failure(embedder.embed(['short', 'x'.repeat(8_193)]));
    expect(error.code).toBe('invalid-request');
    expect(error.message).toContain('8193');
  });
});
