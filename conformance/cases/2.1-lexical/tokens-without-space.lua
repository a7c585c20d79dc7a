local t={f=function(x)return x end,[1]="one",2;3}
local a,b=1,2
if(a<b)then print"less"end
print(t.f(1),t["f"](2),t[1],#t)for i=1,2 do io.write(i," ")end print()
while(a<3)do a=a+1 end print(a)repeat a=a-1 until(a<1)print(a)
print(a==0,a~=0,a<=0,a>=0,a<0,a>0,not(a),-a+1,1 ..2)
do local function f(...)return...end print(f(1,2))end
print((function(...)return select('#',...)end)(nil,nil))
