/** What a Holdfast server says about itself under a metric's name. */
export async function readMetric(url: string, name: string): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  return Number(new RegExp(`^${name} (\\S+)$`, 'mu').exec(await response.text())?.[1]);
}
