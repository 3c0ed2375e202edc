import type { Dictionary } from '../en';

export const health: Dictionary['health'] = {
  title: '健康检查',
  none: '没有健康检查。',
  command: '检查命令',
  every: '间隔',
  timeout: '超时',
  retries: '连续失败次数',
  startPeriod: '启动期内失败不计',
  onUnhealthy: '变为不健康时',
  actions: { mark: '仅标记', restart: '重启', stop: '停止' },
  failing: (count) => `连续失败：${count}`,
  probes: '最近的检查',
  noProbes: '本次运行尚未检查。',
  passed: '通过',
  failed: (code) => `失败，退出码 ${code}`,
  notRun: '未完成',
  took: (time) => `用时 ${time}`,
};
