/** What is pointed at, in which order, and what it comes to. Knows the page, draws nothing. */
import { shownText, tidy } from '../../dashboards/reading';
import { deriveRule, findId, idOfAddress, pointedId, rowsAround, showsTime, type Pointed } from '../../rules/derive';
import { peopleBy } from '../../rules/read';
import type { SitePage } from '../../rules/site';
import type { PagePerson } from '../../dashboards/dashboard';

export type Step = 'ready' | 'name' | 'id' | 'followed' | 'account' | 'check';

/** Why something that was pointed at is not taken. */
export type Objection = 'empty' | 'too_long' | 'no_number' | 'no_time' | 'outside_row' | 'not_describable';

/** UTF-16 units; more is a paragraph, not a name. */
const LONGEST = 80;

export class Course {
  step: Step = 'ready';
  objection: Objection | null = null;
  private pointed: Pointed | null = null;
  /** The rule that all of it comes to. */
  rule: SitePage | null = null;

  constructor(private readonly page: Document) {}

  begin(): void {
    this.step = 'name';
    this.objection = null;
    this.pointed = null;
    this.rule = null;
  }

  /** The elements that carry what was pointed at as the name, in all rows. */
  get found(): PagePerson[] {
    const rule = this.rule;
    return rule ? peopleBy(rule, this.page, this.url) : [];
  }

  /** Rows of the list, whether somebody is found in them or not. */
  get rows(): number {
    return this.pointed?.rows.rows.length ?? 0;
  }

  get account(): string | null {
    return this.pointed?.account ? textOf(this.pointed.account) : null;
  }

  private get url(): URL {
    return new URL(this.page.location.href);
  }

  /** The person pointed at this. */
  pick(element: Element): void {
    this.objection = this.take(element);
  }

  /** There is none of it on this page. */
  skip(): void {
    this.objection = null;
    if (this.step === 'id') this.step = 'followed';
    else if (this.step === 'followed') this.step = 'account';
    else if (this.step === 'account') this.step = 'check';
  }

  private take(element: Element): Objection | null {
    const text = textOf(element);
    if (!text) return 'empty';
    if (text.length > LONGEST) return 'too_long';
    if (this.step === 'name') return this.takeName(element);
    const { pointed } = this;
    if (!pointed) return null;
    const inList = pointed.rows.selector !== null;
    const inRow = pointed.rows.rows.some((row) => row.contains(element));
    if (this.step === 'account') {
      if (inList && inRow) return 'outside_row';
      return this.keep({ ...pointed, account: element }, 'check');
    }
    if (inList && !inRow) return 'outside_row';
    if (this.step === 'id') {
      const id = inList ? pointedId(element, pointed.rows.rows) : null;
      return id ? this.keep({ ...pointed, id }, 'followed') : 'no_number';
    }
    return showsTime(element) ? this.keep({ ...pointed, followed: element }, 'account') : 'no_time';
  }

  private takeName(name: Element): Objection | null {
    const rows = rowsAround(name);
    const id = rows.selector === null ? idOfAddress(this.url) : findId(rows.rows);
    const pointed = { rows, name, id, followed: null, account: null };
    return this.keep(pointed, id ? 'followed' : 'id');
  }

  private keep(pointed: Pointed, next: Step): Objection | null {
    const rule = deriveRule(pointed, this.url);
    if (!rule) return 'not_describable';
    this.rule = rule;
    this.pointed = pointed;
    this.step = next;
    return null;
  }
}

const textOf = (element: Element): string => tidy(shownText(element));
