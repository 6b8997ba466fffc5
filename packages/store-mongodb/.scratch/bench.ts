import { openMongoStore } from '../src/index.ts';
import { startMongo } from '../src/testing.ts';
const m=await startMongo();
const simple={name:'notes',indexes:{}}; const lock={name:'locks',indexes:{byOwner:['owner']},dueField:'exp',purgeField:'purge'};
const s=await openMongoStore({uri:m.uri,kinds:[simple,lock]});
const ver:any={};
async function run(label,kind,mk,n=300,per=64,type='put'){
 const p=label+'/live';let v=0;const lat=[];let tr=0;
 for(let i=0;i<n;i++){const w=[];const keys=[];for(let j=0;j<per;j++){const[id,value]=mk(i,j);w.push({type,key:{kind,partition:p,id},value});keys.push({kind,partition:p,id})}
  const t=performance.now();await s.read({heads:[p],records:keys});const t1=performance.now();tr+=t1-t; const r=await s.commit({heads:[{partition:p,expectedVersion:v,head:{version:++v,nowMs:i,sequence:i}}],writes:w,nowMs:1} as any,5000);if(r.status!=='committed')throw r; lat.push(performance.now()-t1)}
 const tc=lat.reduce((a,b)=>a+b);lat.sort((a,b)=>a-b);
 console.log(label,'commit:',Math.round(n*per/tc*1000),'writes/s; p50',lat[n>>1].toFixed(2),'p99',lat[n*.99|0].toFixed(2),'ms; read',(tr/n).toFixed(2),'ms');
}
await run('warm',simple,(i,j)=>['r'+((Math.random()*2000)|0)+'-'+j,{n:i,owner:'o'+j}]);
await run('simple put',simple,(i,j)=>['r'+((Math.random()*2000)|0)+'-'+j,{n:i,owner:'o'+j}]);
await run('simple insert',simple,(i,j)=>['r'+(i*64+j),{n:i,owner:'o'+j}],300,64,'insert');
await run('locks put',lock,(i,j)=>['r'+((Math.random()*2000)|0)+'-'+j,{resource:'r',owner:'o'+j,exp:i,token:'x'.repeat(32),fencing:i}]);
await run('1 write',simple,(i,j)=>['r'+((Math.random()*2000)|0)+'-'+j,{n:i,owner:'o'+j}],300,1);
await s.close(); await m.stop();
