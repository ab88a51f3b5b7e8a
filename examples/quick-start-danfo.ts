import { applyParallel } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';

const df = new DataFrame({ category: ['b', 'a', 'b', 'a'], x: [1, 2, 5, 4] });

const result = await applyParallel(df.groupby(['category']), (group) => {
  const x = group.column('x');
  return group.addColumn('centred', x.sub(x.mean()));
});
result.print();
