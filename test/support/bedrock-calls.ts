/** What tests of clients of Bedrock say and compare. */

/** A call of InvokeModel with a question in Anthropic's form. */
export function invokedWith(modelId: string, text: string) {
  return {
    modelId,
    contentType: 'application/json',
    body: JSON.stringify({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 200,
      messages: [{ role: 'user', content: text }],
    }),
  };
}

/** What a client sees of an answer, without what is of one call. */
export function said({ $metadata, ...output }: { readonly $metadata: object }): unknown {
  return output;
}
