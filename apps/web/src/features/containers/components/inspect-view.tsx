import { CodeBlock } from '@/components/ui/code-block';
import { useText } from '@/lib/i18n';
import { useShownContainer } from '../hooks/use-shown-container';
import { IdentityFacts } from './inspect/identity-facts';
import { LimitFacts } from './inspect/limit-facts';
import { MountFacts } from './inspect/mount-facts';
import { NetworkFacts } from './inspect/network-facts';
import { ProcessFacts } from './inspect/process-facts';
import { SecurityFacts } from './inspect/security-facts';

export function InspectView() {
  const text = useText();
  const container = useShownContainer();
  return (
    <div className="space-y-4">
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="min-w-0 space-y-4">
          <ProcessFacts container={container} />
          <LimitFacts container={container} />
          <NetworkFacts container={container} />
        </div>
        <div className="min-w-0 space-y-4">
          <IdentityFacts container={container} />
          <MountFacts container={container} />
          <SecurityFacts container={container} />
        </div>
      </div>
      <CodeBlock title={text.inspect.raw} code={JSON.stringify(container, null, 2)} tall />
    </div>
  );
}
