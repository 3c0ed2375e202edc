export type EventAction =
  | 'container.create'
  | 'container.start'
  | 'container.exit'
  | 'container.oom'
  | 'container.stop'
  | 'container.kill'
  | 'container.restart'
  | 'container.pause'
  | 'container.unpause'
  | 'container.rename'
  | 'container.health'
  | 'container.update'
  | 'container.remove'
  | 'container.start_failed'
  | 'container.exec_start'
  | 'container.exec_exit'
  | 'image.pull'
  | 'image.import'
  | 'image.untag'
  | 'image.remove'
  | 'session.create'
  | 'session.remove'
  | 'tenant.update';

/** An event before it has its place in the order. */
export interface EventDraft {
  readonly tenantId: string;
  readonly time: Date;
  readonly action: EventAction;
  readonly subject: { readonly type: 'container' | 'image' | 'session' | 'tenant'; readonly id: string; readonly name: string };
  readonly actor: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** `sequence` grows by at least one with each event of the instance. */
export interface RecordedEvent extends EventDraft {
  readonly sequence: number;
}
