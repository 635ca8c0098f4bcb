/** 「紐付けの確認」: a dashboard's people and LINE's friends side by side, each pair confirmed by one press. */
import { useEffect, useState } from 'preact/hooks';
import { reviewAddress, type Problem, type ReviewItem, type ReviewPart } from '../messages';
import { t } from '../platform';
import { Mark } from '../ui/icons';
import { dashboardName } from './dashboards';
import { ExportForm } from './export-form';
import { NoHelper } from './parts';
import { ReviewList } from './review-list';
import { PanelProvider, problemFrom, useKnownPanel, usePanel, wordsOf, type Call } from './use-panel';

export function ReviewPage() {
  const panel = usePanel();
  const id = useAddressedReview();
  return (
    <main class="review">
      {panel ? (
        <PanelProvider value={panel}>
          <Addressed key={id} id={id} />
        </PanelProvider>
      ) : (
        <p class="soft" role="status">
          {t('options_loading')}
        </p>
      )}
    </main>
  );
}

/** Which review the address means; empty for none. */
function useAddressedReview(): string {
  const read = (): string => location.hash.slice(1);
  const [id, setId] = useState(read);
  useEffect(() => {
    const look = (): void => setId(read());
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return id;
}

/** A review with all its decisions. */
export interface Whole extends Omit<ReviewPart, 'items' | 'total'> {
  items: ReviewItem[];
}

/** Asks for all parts of a review. Rejects with CommandRefused. */
async function wholeReview(call: Call, review: string): Promise<Whole> {
  const items: ReviewItem[] = [];
  for (;;) {
    const { items: more, total, ...rest } = await call('review', { review, from: items.length });
    items.push(...more);
    if (more.length === 0 || items.length >= total) return { ...rest, items };
  }
}

function Addressed({ id }: { id: string }) {
  const { state, call } = useKnownPanel();
  const [whole, setWhole] = useState<Whole | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ready = state.connection === 'ready';
  useEffect(() => {
    // What was loaded stays while the helper is away, and after it: decisions of this visit hang on it.
    if (!ready || whole || id === '') return undefined;
    let left = false;
    wholeReview(call, id).then(
      (found) => !left && setWhole(found),
      (reason: unknown) => !left && setProblem(problemFrom(reason)),
    );
    return () => void (left = true);
  }, [ready, id]);

  const gone = id === '' || problem?.code === 'gone';
  const account = state.accounts.find((one) => one.account.id === whole?.accountId)?.account;
  const side = whole && dashboardName(whole.dashboard);
  return (
    <>
      {account?.sandbox && <p class="practice">{t('common_practice')}</p>}
      <header class="review-head">
        <p class="brand">
          <Mark size={24} />
          Ittsu
        </p>
        <h1>{t('links_title')}</h1>
        {whole && account && (
          <p class="soft">
            <span class="account-dot" style={{ background: account.colour }} aria-hidden="true" /> {account.name} · {side} ·{' '}
            {whole.source === 'file' ? t('links_from_file') : t('links_from_page')}
          </p>
        )}
      </header>
      {state.connection === 'offline' && <NoHelper state={state} />}
      {state.connection === 'unpaired' && <p class="notice amber">{t('popup_unpaired_text')}</p>}
      {whole && side !== null ? (
        <ReviewList whole={whole} side={side} />
      ) : gone ? (
        <section class="card" aria-labelledby="review-gone">
          <h2 id="review-gone">{t('links_options')}</h2>
          <p class="lead">{id === '' ? t('links_options_lead') : t('links_gone')}</p>
          <ExportForm onReview={(review) => location.assign(reviewAddress(review))} />
        </section>
      ) : problem ? (
        <p class="notice amber" role="alert">
          {wordsOf(problem)}
        </p>
      ) : (
        ready && (
          <p class="soft" role="status">
            {t('options_loading')}
          </p>
        )
      )}
    </>
  );
}
