import { Frame, Table } from './Frame';
import { report } from './queries';

export function Goods(props) {
  const { say } = props;
  const { title, columns } = say.words.goods;
  return (
    <Frame {...props} name="goods" title={title} query={report('goods')}>
      {({ impactReport: { goods } }) =>
        goods.length ? (
          <Table say={say} open title={title} columns={columns} rows={goods.map((item) => rowOf(item, say))} />
        ) : (
          <p className="empty">{say.words.noTiles}</p>
        )
      }
    </Frame>
  );
}

// Nobody is counted where goods went to the community as a whole, so there a dash says more than a 0.
const rowOf = ({ item, quantity, value, residents, households }, say) => [
  <span lang="zh-CN">{item}</span>,
  say.quantityText(quantity),
  say.moneyText(value),
  residents ? say.number(residents) : '–',
  households ? say.number(households) : '–',
];
