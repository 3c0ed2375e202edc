import { Progress } from '@/components/ui/progress';
import { useFormat, useText } from '@/lib/i18n';
import { shortDigest } from '../model/image-name';
import { type LayerState, layerFraction, overallFraction, type PullState } from '../model/pull-state';

/** One bar for the whole pull, one for each layer. */
export function PullLayers({ state }: { state: PullState }) {
  const text = useText();
  const overall = overallFraction(state);
  return (
    <div className="mt-4 rounded-md border border-line bg-sunken p-3">
      <p className="mb-1.5 text-soft text-xs">{state.phase === 'asking' ? text.pull.asking : text.pull.overall}</p>
      <Progress label={text.pull.overall} done={state.phase === 'done'} {...(overall !== undefined && { fraction: overall })} />
      <ul className="mt-3 space-y-2.5">
        {state.layers.map((layer) => (
          <LayerBar key={layer.digest} layer={layer} />
        ))}
      </ul>
    </div>
  );
}

function LayerBar({ layer }: { layer: LayerState }) {
  const text = useText();
  const format = useFormat();
  const { status, currentBytes, totalBytes, digest, sizeBytes } = layer;
  const moving = status === 'downloading' || status === 'unpacking';
  return (
    <li>
      <div className="mb-1 flex justify-between gap-3 text-xs">
        <span className="font-mono">{shortDigest(digest)}</span>
        <span className="tabular text-soft">
          {text.pull.status[status]} ·{' '}
          {moving ? text.pull.progress(format.bytes(currentBytes), format.bytes(totalBytes)) : format.bytes(sizeBytes)}
        </span>
      </div>
      <Progress
        label={text.pull.layer(shortDigest(digest))}
        fraction={layerFraction(layer)}
        done={status === 'done' || status === 'exists'}
      />
    </li>
  );
}
