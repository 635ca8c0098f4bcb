import { useEffect, useState } from 'preact/hooks';
import { initial } from '../ui/preview';

/** A person's picture from somebody else's server, which learns nothing from it but that it is wanted; else the first
 * letter of the name. */
export function Face({ address, name }: { address: string | null; name: string | null }) {
  const [failed, setFailed] = useState(false);
  useEffect(() => setFailed(false), [address]);
  return (
    <span class="face" aria-hidden="true">
      {address?.startsWith('https://') && !failed ? (
        <img src={address} alt="" loading="lazy" referrerpolicy="no-referrer" onError={() => setFailed(true)} />
      ) : (
        initial(name ?? '') || '…'
      )}
    </span>
  );
}
