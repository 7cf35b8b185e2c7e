import { createHash } from 'node:crypto';
import { consolePage, consolePagePolicy, escapeHtml } from '#server/gateway/console-page.js';

const data = { version: '1.2.3', embedderId: 'words-1', minSimilarity: 0.85, promptCharsMax: 10, needsApiKey: false };

/** The inline sources of a kind, as a browser sees them. */
function sources(page: string, tag: 'style' | 'script'): string[] {
  return [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map((match) => match[1] ?? '');
}

describe('consolePage', () => {
  test('escapes whatever is put into it', () => {
    const page = consolePage({ ...data, version: '<img src=x>', embedderId: '"><script>alert(1)</script>' });
    expect(page).not.toContain('<img');
    expect(page).not.toContain('alert(1)<');
    expect(sources(page, 'script')).toHaveLength(1);
  });

  test('runs only what its policy names', () => {
    const page = consolePage(data);
    for (const tag of ['style', 'script'] as const) {
      const [source, ...others] = sources(page, tag);
      expect(others).toEqual([]);
      const digest = createHash('sha256')
        .update(source ?? '')
        .digest('base64');
      expect(consolePagePolicy).toContain(`${tag}-src 'sha256-${digest}'`);
    }
    expect(page).not.toMatch(/ on\w+=| style=|https?:\/\//);
  });

  test('has a script that a browser can read', () => {
    const [script] = sources(consolePage(data), 'script');
    expect(() => new Function(script ?? '(')).not.toThrow();
    expect(script).not.toContain('innerHTML');
  });

  test('asks for a key only when one is needed', () => {
    expect(consolePage(data)).not.toContain('id="key"');
    expect(consolePage({ ...data, needsApiKey: true })).toContain('id="key"');
  });
});

test('escapeHtml leaves no character that means something in HTML', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;`)).toBe('&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;amp;');
});
