import { LimitFields } from '@/components/limits/limit-fields';
import { Card } from '@/components/ui/card';
import { useText } from '@/lib/i18n';
import type { HostSize } from '@/lib/limits/read-limits';
import type { RunFields } from '../hooks/use-run-form';

export function LimitsSection({ fields, host }: { fields: RunFields; host: HostSize | undefined }) {
  const { form, set, problem } = fields;
  return (
    <Card title={useText().run.limits}>
      <LimitFields form={form.limits} set={(changes) => set({ limits: { ...form.limits, ...changes } })} problem={problem} host={host} />
    </Card>
  );
}
