/**
 * The console: one self-contained page (no asset of another origin, no framework) on which a person tries the cache. Whatever
 * is put into the page here is escaped; whatever its script puts in goes through `textContent`. The content security policy
 * names the digests of this style and this script, so nothing else can run even if something else got in.
 */
import { createHash } from 'node:crypto';

export interface ConsolePageData {
  readonly version: string;
  readonly embedderId: string;
  /** Undefined when an error budget decides. */
  readonly minSimilarity: number | undefined;
  readonly promptCharsMax: number;
  readonly needsApiKey: boolean;
}

const style = `
:root { color-scheme: light dark; --ink: #14202b; --soft: #5b6b7a; --line: #d9e0e6; --card: #ffffff; --ground: #f3f6f8;
  --accent: #0b6e99; --hit: #12805c; --miss: #a15c00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #93a4b3; --line: #2b3843; --card: #17212b;
  --ground: #0e151c; --accent: #58b4dc; --hit: #4cc796; --miss: #e3a34a; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
header { display: flex; align-items: baseline; gap: .75rem; flex-wrap: wrap; margin-bottom: 1.5rem; }
h1 { font-size: 1.6rem; letter-spacing: -.02em; margin: 0; }
h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .08em; color: var(--soft); margin: 0 0 .75rem; }
.soft { color: var(--soft); }
.status { margin-left: auto; display: inline-flex; align-items: center; gap: .4rem; }
.status::before { content: ""; width: .6rem; height: .6rem; border-radius: 50%; background: var(--soft); }
.status[data-state="ok"]::before { background: var(--hit); }
.status[data-state="unavailable"]::before { background: var(--bad); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin-bottom: 1rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1rem; margin-bottom: 1rem; }
.columns section { margin: 0; }
label { display: block; font-size: .85rem; color: var(--soft); margin-bottom: .6rem; }
input, textarea { display: block; width: 100%; margin-top: .2rem; padding: .5rem .6rem; font: inherit; color: var(--ink);
  background: var(--ground); border: 1px solid var(--line); border-radius: .45rem; }
textarea { resize: vertical; min-height: 4.2rem; }
input:focus-visible, textarea:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button { font: inherit; font-weight: 600; padding: .5rem 1rem; border: 0; border-radius: .45rem; cursor: pointer;
  background: var(--accent); color: var(--card); }
button:disabled { opacity: .5; cursor: default; }
.answer { margin-top: 1rem; padding: .75rem .9rem; border-left: 3px solid var(--line); background: var(--ground);
  border-radius: 0 .45rem .45rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.answer[data-state="hit"] { border-color: var(--hit); }
.answer[data-state="miss"] { border-color: var(--miss); }
.answer[data-state="error"] { border-color: var(--bad); }
.answer strong { display: block; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(6rem, 1fr)); gap: .75rem; margin: 0; }
dt { font-size: .8rem; color: var(--soft); }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.top { display: flex; gap: 1rem; align-items: end; flex-wrap: wrap; }
.top label { flex: 1 1 14rem; margin: 0; }
footer { color: var(--soft); font-size: .85rem; }
a { color: var(--accent); }
`;

const script = `
'use strict';
const byId = (id) => document.getElementById(id);
const cachePath = () => '/v1/caches/' + encodeURIComponent(byId('cache').value.trim() || 'console');

async function call(method, path, body) {
  const headers = { accept: 'application/json' };
  const key = byId('key');
  if (key && key.value) headers.authorization = 'Bearer ' + key.value;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const started = performance.now();
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  const reply = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new Error(reply.detail || reply.title || 'status ' + response.status);
  return { reply, tookMs: performance.now() - started };
}

function show(id, state, title, text) {
  const box = byId(id);
  box.hidden = false;
  box.dataset.state = state;
  const strong = document.createElement('strong');
  strong.textContent = title;
  box.replaceChildren(strong, text);
}

function whenSubmitted(formId, answerId, act) {
  byId(formId).addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = event.submitter;
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      show(answerId, 'error', 'That did not work', error.message);
    }
    button.disabled = false;
    await refresh();
  });
}

whenSubmitted('ask', 'ask-answer', async () => {
  const threshold = byId('threshold').value;
  const body = { prompt: byId('question').value };
  if (threshold !== '') body.similarityThreshold = Number(threshold);
  const { reply, tookMs } = await call('POST', cachePath() + '/entries/search', body);
  const entry = reply.data[0];
  if (!entry) {
    show('ask-answer', 'miss', 'Miss in ' + tookMs.toFixed(1) + ' ms', 'Nothing stored answers this. Teach it on the right.');
    return;
  }
  const how = entry.searchStrategy === 'exact' ? 'exact' : 'similarity ' + entry.similarity.toFixed(3);
  show('ask-answer', 'hit', 'Hit (' + how + ') in ' + tookMs.toFixed(1) + ' ms',
    entry.response + '\\n\\nasked as: ' + entry.prompt);
});

whenSubmitted('teach', 'teach-answer', async () => {
  const body = { prompt: byId('prompt').value, response: byId('response').value };
  const { reply, tookMs } = await call('POST', cachePath() + '/entries', body);
  show('teach-answer', 'hit', 'Stored in ' + tookMs.toFixed(1) + ' ms', 'entry ' + reply.entryId);
});

async function refreshStatus() {
  const status = byId('status');
  try {
    const health = await (await fetch('/healthz')).json();
    status.dataset.state = health.status;
    status.textContent = health.status === 'ok' ? 'running' : 'store unavailable';
  } catch {
    status.dataset.state = 'unavailable';
    status.textContent = 'not reachable';
  }
}

async function refresh() {
  await refreshStatus();
  try {
    const { reply } = await call('GET', cachePath() + '/stats');
    const refused = Object.entries(reply.refusedByRule);
    const figures = {
      Entries: reply.entries, 'Exact hits': reply.hits.exact, 'Semantic hits': reply.hits.semantic, Misses: reply.misses,
      'Hit rate': reply.hitRate === null ? '-' : (100 * reply.hitRate).toFixed(1) + ' %', Stored: reply.stores,
      Refused: refused.reduce((sum, [, count]) => sum + count, 0), Errors: reply.errors,
    };
    byId('figures').replaceChildren(...Object.entries(figures).map(([name, value]) => {
      const group = document.createElement('div');
      const term = document.createElement('dt');
      const figure = document.createElement('dd');
      term.textContent = name;
      figure.textContent = String(value);
      group.append(term, figure);
      return group;
    }));
    byId('refusals').textContent = refused.length === 0 ? ''
      : 'Similar but refused, by rule: ' + refused.map(([rule, count]) => rule + ' ' + count).join(', ');
  } catch (error) {
    byId('refusals').textContent = error.message;
  }
}

byId('cache').addEventListener('change', refresh);
if (byId('key')) byId('key').addEventListener('change', refresh);
refresh();
`;

export const consolePagePolicy = [
  "default-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "connect-src 'self'",
  `style-src '${sourceDigest(style)}'`,
  `script-src '${sourceDigest(script)}'`,
].join('; ');

export function consolePage(data: ConsolePageData): string {
  const keyField = data.needsApiKey
    ? '<label>API key<input id="key" type="password" autocomplete="off" spellcheck="false"></label>'
    : '';
  const promptAttributes = `required maxlength="${escapeHtml(String(data.promptCharsMax))}"`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nearkey</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>Nearkey</h1>
<span class="soft">${escapeHtml(data.version)}</span>
<span id="status" class="status" role="status">connecting</span>
</header>
<section>
<div class="top">
<label>Cache<input id="cache" value="console" maxlength="128" spellcheck="false"></label>
${keyField}
</div>
</section>
<div class="columns">
<section>
<h2>Ask</h2>
<form id="ask">
<label>Question<textarea id="question" ${promptAttributes} placeholder="How do I get my money back?"></textarea></label>
<label>Least similarity<input id="threshold" type="number" min="0" max="1" step="0.01" placeholder="${escapeHtml(String(data.minSimilarity ?? 'learned'))}"></label>
<button>Look up</button>
</form>
<div id="ask-answer" class="answer" aria-live="polite" hidden></div>
</section>
<section>
<h2>Teach</h2>
<form id="teach">
<label>Prompt<textarea id="prompt" ${promptAttributes} placeholder="How can I get a refund?"></textarea></label>
<label>Answer<textarea id="response" required placeholder="Open the order and choose Return."></textarea></label>
<button>Store</button>
</form>
<div id="teach-answer" class="answer" aria-live="polite" hidden></div>
</section>
</div>
<section id="statistics">
<h2>This cache</h2>
<dl id="figures"></dl>
<p id="refusals" class="soft"></p>
</section>
<footer>Embedder ${escapeHtml(data.embedderId)}. <a href="/openapi.json">API description</a>, <a href="/metrics">metrics</a>, <a href="/healthz">health</a>.</footer>
</main>
<script>${script}</script>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function sourceDigest(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}
