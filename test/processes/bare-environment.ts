/** What a process needs that is to get nothing else of ours: where programs are, and what Node has compiled before. */
export function bareEnvironment(): Readonly<Record<string, string | undefined>> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}
