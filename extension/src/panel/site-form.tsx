/** The rules of a site as fields, for those who know CSS selectors; everybody else points again. */
import { useState } from 'preact/hooks';
import { t } from '../platform';
import { siteForm, type AccountRule, type IdRule, type Site, type SitePage } from '../rules/site';
import { Malformed } from '../shape';
import { Field } from './form';
import { problemFrom, wordsOf } from './use-panel';

interface Props {
  site: Site;
  onSave(site: Site): Promise<void>;
  onCancel(): void;
}

export function SiteForm({ site, onSave, onCancel }: Props) {
  const [name, setName] = useState(site.name);
  const [pages, setPages] = useState(site.pages.map(asTyped));
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    setProblem(null);
    try {
      await onSave(siteForm({ ...site, name: name.trim(), pages: pages.map(fromTyped) }));
    } catch (reason) {
      setProblem(reason instanceof Malformed ? t('own_bad_rule') : wordsOf(problemFrom(reason)));
    }
  };
  return (
    <form
      class="own-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label={t('own_field_site_name')}>
        {(control) => <input {...control} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      {pages.map((page, at) => (
        <fieldset key={at}>
          <legend>{t('own_field_page', { n: at + 1 })}</legend>
          {FIELDS.map((field) => (
            <Field key={field} label={label(field)}>
              {(control) => (
                <input
                  {...control}
                  spellcheck={false}
                  value={page[field]}
                  onInput={(event) => {
                    const { value } = event.currentTarget;
                    setPages(pages.map((one, other) => (other === at ? { ...one, [field]: value } : one)));
                  }}
                />
              )}
            </Field>
          ))}
          <button type="button" class="quiet" onClick={() => setPages(pages.filter((_, other) => other !== at))}>
            {t('own_field_remove', { n: at + 1 })}
          </button>
        </fieldset>
      ))}
      {problem && (
        <p class="field-error" role="alert">
          {problem}
        </p>
      )}
      <footer>
        <button type="submit" class="button primary">
          {t('common_save')}
        </button>
        <button type="button" class="quiet" onClick={onCancel}>
          {t('common_cancel')}
        </button>
      </footer>
    </form>
  );
}

const FIELDS = ['path', 'row', 'name', 'idAt', 'idAttribute', 'idAfter', 'followed', 'account'] as const;
type Typed = Record<(typeof FIELDS)[number], string> & { digits: boolean };

function label(field: (typeof FIELDS)[number]): string {
  return {
    path: t('own_field_path'),
    row: t('own_field_row'),
    name: t('own_field_name'),
    idAt: t('own_field_id_at'),
    idAttribute: t('own_field_id_attribute'),
    idAfter: t('own_field_id_after'),
    followed: t('own_field_followed'),
    account: t('own_field_account'),
  }[field];
}

/** The row itself, where an empty field means "nothing". */
const ITSELF = '.';

function asTyped({ path, row, name, id, followed, account }: SitePage): Typed {
  const place = (at: string | null): string => (at === '' ? ITSELF : (at ?? ''));
  const told = id === null ? ['', '', ''] : 'segment' in id ? [`/${id.segment}`, '', ''] : [place(id.at), id.attribute ?? '', id.after];
  return {
    path,
    row: row ?? '',
    name: place(name),
    idAt: told[0]!,
    idAttribute: told[1]!,
    idAfter: told[2]!,
    followed: place(followed),
    account: account === null ? '' : 'at' in account ? account.at : `/${account.segment}`,
    digits: id !== null && 'digits' in id && id.digits,
  };
}

function fromTyped(typed: Typed): SitePage {
  const place = (text: string): string | null => (text.trim() === ITSELF ? '' : text.trim() || null);
  return {
    path: typed.path.trim(),
    row: typed.row.trim() || null,
    name: place(typed.name),
    id: idFrom(typed, place(typed.idAt)),
    followed: place(typed.followed),
    account: accountFrom(typed.account.trim()),
  };
}

/** `/2`: the second part of the address. */
const SEGMENT = /^\/(\d{1,2})$/u;

function idFrom({ idAttribute, idAfter, digits }: Typed, at: string | null): IdRule | null {
  if (at === null) return null;
  const segment = SEGMENT.exec(at)?.[1];
  return segment ? { segment: Number(segment) } : { at, attribute: idAttribute.trim() || null, after: idAfter, digits };
}

function accountFrom(text: string): AccountRule {
  const segment = SEGMENT.exec(text)?.[1];
  if (segment) return { segment: Number(segment) };
  return text === '' ? null : { at: text };
}
