/** A page of figures whose sections are measured each by itself: a run replaces those it has measured and keeps the others. */

/** Title lines by name, in the order of the page. */
export type SectionTitles = Readonly<Record<string, string>>;

/** @param page as it was, or empty */
export function withSections(
  page: string,
  head: string,
  titles: SectionTitles,
  sections: ReadonlyMap<string, string>,
): string {
  const kept = new Map(page.split(/^(?=## )/m).map((text) => [text.split('\n')[0] ?? '', text.trimEnd()]));
  const bodies = Object.entries(titles).flatMap(([name, title]) => {
    const fresh = sections.get(name);
    const text = fresh === undefined ? kept.get(title) : `${title}\n\n${fresh}`;
    return text === undefined ? [] : [text];
  });
  return `${[head, ...bodies].join('\n\n')}\n`;
}
